import type { DomainEvents } from '../../../shared/events.ts';

type FactorChange = DomainEvents['factor.changed']['change'];
type Words = { subject: string; paragraphs: readonly string[] };

/** What the notices say; the times are ready to be read, `program` is what the device calls itself. */
export type Notices = {
  newDevice(at: string, ip: string, program: string): Words;
  replay(at: string): Words;
  passwordChanged(at: string): Words;
  factor(change: FactorChange, at: string): Words;
  setPassword: string;
  openSettings: string;
};

const notYou =
  'If this was you, there is nothing to do. If it was not, set a new password at once: this ends every session.';

const factor = {
  on: ['A second factor was switched on', 'From now on, signing in to your account asks for a code as well.'],
  off: ['The second factor was switched off', 'Signing in to your account asks for the password alone now.'],
  reset: [
    'An admin took your second factor away',
    'You were signed out everywhere. Signing in asks for the password alone until you set up a new one.',
  ],
  moved: [
    'Your second factor was moved to another device',
    'The app on the old one, and the backup codes that you had before, do not work any more.',
  ],
  backup_codes: ['New backup codes were made', 'The backup codes that you had before do not work any more.'],
  backup_code_used: [
    'A backup code was used',
    'Somebody signed in, or confirmed a change, with one of your backup codes.',
  ],
  passkey_added: ['A passkey was added to your account', 'From now on one can sign in with it, without the password.'],
  passkey_removed: ['A passkey was removed from your account', 'It does not sign in to your account any more.'],
  identity_linked: [
    'Another account was linked to yours',
    'From now on, who is signed in there can sign in to your account here.',
  ],
  identity_unlinked: ['A linked account was taken off yours', 'It does not sign in to your account any more.'],
} as const;

export const englishNotices: Notices = {
  newDevice: (at, ip, program) => ({
    subject: 'A new device signed in to your account',
    paragraphs: [
      `On ${at} a device that was not seen before signed in to your account, from ${ip}: ${program || 'a program without a name'}.`,
      notYou,
    ],
  }),
  replay: (at) => ({
    subject: 'A session of yours was ended for safety',
    paragraphs: [
      `On ${at} somebody used a sign-in of yours that had been exchanged for a newer one. It may have been copied, so the session was ended on every device that had it.`,
      'Please sign in again. If you do not know how this came about, set a new password.',
    ],
  }),
  passwordChanged: (at) => ({
    subject: 'Your password was changed',
    paragraphs: [`On ${at} the password of your account was changed. Other devices were signed out.`, notYou],
  }),
  factor: (change, at) => ({
    subject: factor[change][0],
    paragraphs: [`This happened on ${at}. ${factor[change][1]}`, 'If it was not you, look at your settings at once.'],
  }),
  setPassword: 'Set a new password',
  openSettings: 'Open the settings',
};

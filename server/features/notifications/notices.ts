import { createHmac } from 'node:crypto';
import type { Clock } from '../../lib/clock.ts';
import { newId } from '../../lib/ids.ts';
import type { Logger } from '../../lib/logger.ts';
import type { EventBus } from '../../platform/events/driver.ts';
import type { Outbox } from './outbox.ts';
import type { NotificationRepository } from './repository.ts';
import type { Letter } from './templates.ts';

type Deps = {
  repository: NotificationRepository;
  outbox: Outbox;
  events: EventBus;
  secretKey: Buffer;
  /** Where the page is. */
  linkBase: URL;
  logger: Pick<Logger, 'error'>;
  now: Clock;
};

const factorWords = {
  on: ['A second factor was switched on', 'From now on, signing in to your account asks for a code as well.'],
  off: ['The second factor was switched off', 'Signing in to your account asks for the password alone now.'],
  backup_codes: ['New backup codes were made', 'The backup codes that you had before do not work any more.'],
  backup_code_used: [
    'A backup code was used',
    'Somebody signed in, or confirmed a change, with one of your backup codes.',
  ],
} as const;

/** The program without its version: an update makes no new device. */
const kindOf = (userAgent: string): string => userAgent.replaceAll(/[\d._]+/g, '').slice(0, 300);

const when = (at: number): string => `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`;

/** Tells people by mail what happened to their account, so that who did not do it can act. */
export function sendSecurityNotices({ repository, outbox, events, secretKey, linkBase, logger, now }: Deps): void {
  const settings = new URL('/settings', linkBase).href;
  const forgot = new URL('/forgot', linkBase).href;
  const notYou = {
    paragraph:
      'If this was you, there is nothing to do. If it was not, set a new password at once: this ends every session.',
    action: { label: 'Set a new password', url: forgot },
  };

  async function tell(id: string, userId: string, letter: Omit<Letter, 'name'>): Promise<void> {
    const person = await repository.person(userId);
    if (person) await outbox.post(id, person.email, { name: person.name, ...letter });
  }

  async function newDevice(userId: string, sessionId: string): Promise<void> {
    const session = await repository.session(sessionId);
    if (!session) return;
    const mark = createHmac('sha256', secretKey)
      .update(`device\0${userId}\0${kindOf(session.user_agent)}`)
      .digest('hex');
    // The first device of an account is the one that it was made on.
    const first = !(await repository.hasDevices(userId));
    const added = await repository.addDevice({ mark, user_id: userId, seen_at: session.created_at });
    if (!added || first) return;
    await tell(`device.${sessionId}`, userId, {
      subject: 'A new device signed in to your account',
      paragraphs: [
        `On ${when(session.created_at)} a device that was not seen before signed in to your account, from ${session.ip}: ${session.user_agent || 'a program without a name'}.`,
        notYou.paragraph,
      ],
      action: notYou.action,
    });
  }

  /** A subscriber is never waited for; what goes wrong is logged. */
  const later = (work: Promise<void>): void =>
    void work.catch((error: unknown) => logger.error({ err: error }, 'a security mail could not be stored'));

  events.subscribe('session.started', ({ user_id, session_id }) => later(newDevice(user_id, session_id)));
  events.subscribe('session.family_revoked', ({ user_id, session_id }) =>
    later(
      tell(`replay.${session_id}`, user_id, {
        subject: 'A session of yours was ended for safety',
        paragraphs: [
          `On ${when(now())} somebody used a sign-in of yours that had been exchanged for a newer one. It may have been copied, so the session was ended on every device that had it.`,
          'Please sign in again. If you do not know how this came about, set a new password.',
        ],
        action: notYou.action,
      }),
    ),
  );
  events.subscribe('password.changed', ({ user_id }) =>
    later(
      tell(`password.${newId()}`, user_id, {
        subject: 'Your password was changed',
        paragraphs: [
          `On ${when(now())} the password of your account was changed. Other devices were signed out.`,
          notYou.paragraph,
        ],
        action: notYou.action,
      }),
    ),
  );
  events.subscribe('factor.changed', ({ user_id, change }) => {
    const [subject, what] = factorWords[change];
    later(
      tell(`factor.${newId()}`, user_id, {
        subject,
        paragraphs: [`This happened on ${when(now())}. ${what}`, 'If it was not you, look at your settings at once.'],
        action: { label: 'Open the settings', url: settings },
      }),
    );
  });
}

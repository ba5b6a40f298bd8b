import type { Notices } from './letters-en.ts';

const notYou =
  'Wenn Sie das waren, ist nichts zu tun. Wenn nicht, setzen Sie sofort ein neues Passwort: Damit enden alle Sitzungen.';

const factor = {
  on: ['Ein zweiter Faktor wurde eingeschaltet', 'Von jetzt an verlangt die Anmeldung auch einen Code.'],
  off: ['Der zweite Faktor wurde ausgeschaltet', 'Die Anmeldung verlangt jetzt nur noch das Passwort.'],
  reset: [
    'Ihr zweiter Faktor wurde von der Verwaltung entfernt',
    'Sie wurden überall abgemeldet. Die Anmeldung verlangt nur das Passwort, bis Sie einen neuen einrichten.',
  ],
  moved: [
    'Ihr zweiter Faktor ist auf ein anderes Gerät umgezogen',
    'Die App auf dem alten Gerät und die bisherigen Ersatzcodes gelten nicht mehr.',
  ],
  backup_codes: ['Neue Ersatzcodes wurden erzeugt', 'Die bisherigen Ersatzcodes gelten nicht mehr.'],
  backup_code_used: [
    'Ein Ersatzcode wurde benutzt',
    'Jemand hat sich mit einem Ihrer Ersatzcodes angemeldet oder eine Änderung bestätigt.',
  ],
  passkey_added: [
    'Ihrem Konto wurde ein Passkey hinzugefügt',
    'Von jetzt an kann man sich damit ohne Passwort anmelden.',
  ],
  passkey_removed: ['Ein Passkey wurde aus Ihrem Konto entfernt', 'Eine Anmeldung damit ist nicht mehr möglich.'],
  identity_linked: [
    'Ein anderes Konto wurde mit Ihrem verknüpft',
    'Wer dort angemeldet ist, kann sich von jetzt an auch hier in Ihrem Konto anmelden.',
  ],
  identity_unlinked: ['Eine Verknüpfung Ihres Kontos wurde gelöst', 'Eine Anmeldung darüber ist nicht mehr möglich.'],
} as const;

export const germanNotices: Notices = {
  newDevice: (at, ip, program) => ({
    subject: 'Anmeldung von einem neuen Gerät',
    paragraphs: [
      `Am ${at} hat sich ein bisher unbekanntes Gerät in Ihrem Konto angemeldet, von ${ip}: ${program || 'ein Programm ohne Namen'}.`,
      notYou,
    ],
  }),
  replay: (at) => ({
    subject: 'Eine Ihrer Sitzungen wurde zur Sicherheit beendet',
    paragraphs: [
      `Am ${at} wurde eine Ihrer Anmeldungen benutzt, die schon gegen eine neuere getauscht war. Sie könnte kopiert worden sein; deshalb wurde die Sitzung auf jedem Gerät beendet, das sie hatte.`,
      'Bitte melden Sie sich neu an. Wenn Sie nicht wissen, wie es dazu kam, setzen Sie ein neues Passwort.',
    ],
  }),
  passwordChanged: (at) => ({
    subject: 'Ihr Passwort wurde geändert',
    paragraphs: [`Am ${at} wurde das Passwort Ihres Kontos geändert. Andere Geräte wurden abgemeldet.`, notYou],
  }),
  factor: (change, at) => ({
    subject: factor[change][0],
    paragraphs: [
      `Das geschah am ${at}. ${factor[change][1]}`,
      'Wenn Sie das nicht waren, sehen Sie sofort in Ihren Einstellungen nach.',
    ],
  }),
  setPassword: 'Neues Passwort setzen',
  openSettings: 'Einstellungen öffnen',
};

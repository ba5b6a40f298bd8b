import type { signInSettings as en } from './en-sign-in.ts';

/** What the page says where admins set how people sign in. */
export const signInSettings: typeof en = {
  title: 'Anmeldung',
  text: 'Änderungen gelten sofort und für alle. Was die Umgebung des Servers festlegt, ist hier gesperrt.',
  failed: 'Die Einstellungen konnten nicht geladen werden.',
  sources: { environment: 'Umgebung', stored: 'hier geändert', default: 'Vorgabe' },
  lockedBy: 'Gesperrt: festgelegt durch die Umgebungsvariable',
  reset: (fallback: string) => `Zurück zu: ${fallback}`,
  on: 'ein',
  off: 'aus',
  nobody: 'niemand',
  accounts: 'Konten',
  passwords: 'Passwörter',
  secondFactor: 'Zweiter Faktor',
  sessions: 'Sitzungen und Schlüssel',
  labels: {
    signup_mode: 'Wer ein Konto anlegen darf',
    email_verification: 'E-Mail-Adresse bestätigen lassen',
    second_factor_roles: 'Wer einen zweiten Faktor braucht',
    password_min_length: 'Kürzestes Passwort',
    password_policy: 'Regeln für Passwörter',
    hibp_enabled: 'Gestohlene Passwörter ablehnen',
    session_timeout_minutes: 'Minuten ohne Nutzung bis zur Abmeldung',
    session_absolute_days: 'Tage bis zur Abmeldung in jedem Fall',
    api_key_expiry_days: 'Tage, die API-Schlüssel höchstens gelten',
  },
  hints: {
    signup_mode: 'Einladungen gelten in jedem Fall außer dem letzten.',
    email_verification:
      'Vor der ersten Anmeldung, über einen Link. Die Verwaltung kommt ohne herein. Braucht einen Mailserver.',
    second_factor_roles:
      'Wer keinen hat, richtet ihn ein, bevor etwas anderes geht; die API-Schlüssel ruhen bis dahin.',
    password_min_length: 'Zeichen. Solange hier die Vorgabe steht, genügen 8, wo ein zweiter Faktor verlangt ist.',
    password_policy: 'Für neue. Nach Arten: ein Großbuchstabe, ein Sonderzeichen, kein „test“. Länge schützt besser.',
    hibp_enabled: 'Fragt Have I Been Pwned mit fünf Stellen eines Hashes; das Passwort verlässt den Server nie.',
    session_timeout_minutes: 'Wer angemeldet bleiben wollte, kommt ohne Passwort zurück.',
    session_absolute_days: '0 für unbegrenzt.',
    api_key_expiry_days: '0 für unbegrenzt. Vorhandene Schlüssel bleiben, wie sie sind.',
  },
  signupModes: {
    open: 'Alle',
    invite: 'Wer eine Einladung hat',
    approval: 'Alle, nach Freigabe durch die Verwaltung',
    closed: 'Niemand; die Verwaltung legt Konten an',
  },
  policies: { length: 'Nach Länge', composition: 'Nach Arten von Zeichen' },
  everyone: { user: 'Mitglieder', admin: 'Verwaltung' },
  youNext: 'Sie haben noch keinen zweiten Faktor. Nach dem Speichern richten Sie zuerst Ihren ein.',
};

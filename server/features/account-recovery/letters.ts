import type { MailTokens } from '../../db/schema-identity.ts';
import type { MailLanguage } from '../../lib/mail-language.ts';
import type { Letter } from '../notifications/templates.ts';

type Words = (url: string) => Omit<Letter, 'name' | 'language'>;

/** The mails that hold a link, by language. */
export const letters: Record<MailLanguage, Record<MailTokens['kind'], Words>> = {
  en: {
    reset: (url) => ({
      subject: 'Set a new password',
      paragraphs: [
        'Somebody, most likely you, asked for a new password for your account. This link works once, for an hour.',
      ],
      action: { label: 'Set a new password', url },
      closing: 'If you did not ask for it, there is nothing to do: your password stays as it is.',
    }),
    verify: (url) => ({
      subject: 'Confirm your e-mail address',
      paragraphs: [
        'An account was made with this address. Confirm that it is yours, and you can sign in. The link works for three days.',
      ],
      action: { label: 'Confirm the address', url },
      closing: 'If you did not make an account, there is nothing to do.',
    }),
  },
  de: {
    reset: (url) => ({
      subject: 'Neues Passwort setzen',
      paragraphs: [
        'Jemand, vermutlich Sie selbst, möchte für Ihr Konto ein neues Passwort setzen. Der Link gilt einmal und eine Stunde lang.',
      ],
      action: { label: 'Neues Passwort setzen', url },
      closing: 'Wenn Sie das nicht waren, ist nichts zu tun: Ihr Passwort bleibt, wie es ist.',
    }),
    verify: (url) => ({
      subject: 'E-Mail-Adresse bestätigen',
      paragraphs: [
        'Mit dieser Adresse wurde ein Konto angelegt. Bestätigen Sie, dass sie Ihnen gehört, dann können Sie sich anmelden. Der Link gilt drei Tage.',
      ],
      action: { label: 'Adresse bestätigen', url },
      closing: 'Wenn Sie kein Konto angelegt haben, ist nichts zu tun.',
    }),
  },
};

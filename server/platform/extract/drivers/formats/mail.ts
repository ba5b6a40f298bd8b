import PostalMime, { type Address, type Email } from 'postal-mime';
import { cleanText } from '../../clean-text.ts';
import type { Extraction } from '../../driver.ts';
import { readHtml } from './html.ts';

/** Mails within mails. */
const maxNesting = 10;

/** A mail (RFC 5322, MIME): who to whom, when, about what, its text, and the names of what is attached. */
export async function readMail(bytes: Uint8Array): Promise<Extraction> {
  const mail = await new PostalMime({ maxNestingDepth: maxNesting * 5 }).parse(bytes);
  const facts = [
    ['From', people(mail.from && [mail.from])],
    ['To', people(mail.to)],
    ['Cc', people(mail.cc)],
    ['Date', mail.date ?? ''],
    [
      'Attachments',
      mail.attachments
        .map(({ filename }) => filename ?? '')
        .filter(Boolean)
        .join(', '),
    ],
  ];
  const head = facts.filter(([, value]) => value).map(([name, value]) => `${name}: ${value}`);
  const text = [`# ${mail.subject || 'Mail'}`, head.join('\n'), bodyOf(mail)].filter(Boolean).join('\n\n');
  return { pages: [{ page: null, text: cleanText(text) }], page_count: null };
}

function bodyOf(mail: Email): string {
  const plain = mail.text?.trim() ?? '';
  const shown = mail.html ? readHtml(mail.html).text : '';
  // Some programs send a plain part that only says that there is another.
  return plain.length >= shown.length / 2 ? plain : shown;
}

const people = (addresses: readonly Address[] | undefined): string =>
  (addresses ?? [])
    .map(({ name, address }) => (address && name ? `${name} <${address}>` : name || (address ?? '')))
    .join(', ');

import type { MailLanguage } from '../../lib/mail-language.ts';

/** What a mail says: plain sentences, and at most one thing to do. */
export type Letter = {
  language: MailLanguage;
  subject: string;
  /** How the reader is addressed; null for nobody in particular. */
  name: string | null;
  paragraphs: readonly string[];
  action?: { label: string; url: string };
  /** Below the action. */
  closing?: string;
};

const escapes: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
const escape = (text: string): string => text.replaceAll(/[&<>"']/g, (character) => escapes[character] ?? '');

const words = { en: { hello: 'Hello', at: 'at' }, de: { hello: 'Guten Tag', at: 'auf' } } as const;

/** A header is one line, whatever is in it. */
const oneLine = (text: string): string => text.replaceAll(/\p{Cc}+/gu, ' ').trim();

/** A letter as HTML and as text. Everything in it is escaped; nothing is loaded from anywhere. */
export function render({ language, subject, name, paragraphs, action, closing }: Letter, site: URL) {
  const { hello, at } = words[language];
  const greeting = name === null ? `${hello},` : `${hello} ${oneLine(name)},`;
  const foot = `Carrel ${at} ${site.origin}`;
  const text = [
    greeting,
    ...paragraphs,
    ...(action ? [`${action.label}:\n${action.url}`] : []),
    ...(closing ? [closing] : []),
    `-- \n${foot}`,
  ].join('\n\n');
  const paragraph = (content: string): string => `<p style="margin:0 0 16px">${content}</p>`;
  const html = [
    `<!doctype html><html lang="${language}"><head><meta charset="utf-8">`,
    `<title>${escape(oneLine(subject))}</title></head>`,
    '<body style="margin:0;padding:32px 16px;background:#f4efe6;color:#2b2620;font:16px/1.5 Georgia,serif">',
    '<div style="max-width:520px;margin:0 auto;padding:32px;background:#fffdf8;border:1px solid #ddd3c2;border-radius:8px">',
    ...[greeting, ...paragraphs].map((line) => paragraph(escape(line))),
    ...(action
      ? [
          paragraph(
            `<a href="${escape(action.url)}" style="display:inline-block;padding:10px 20px;background:#7a4a1e;color:#fff;border-radius:6px;text-decoration:none">${escape(action.label)}</a>`,
          ),
          paragraph(`<span style="font-size:13px;word-break:break-all">${escape(action.url)}</span>`),
        ]
      : []),
    ...(closing ? [paragraph(escape(closing))] : []),
    `<p style="margin:24px 0 0;font-size:13px;color:#6b6255">${escape(foot)}</p></div></body></html>`,
  ].join('\n');
  return { subject: oneLine(subject), text: `${text}\n`, html };
}

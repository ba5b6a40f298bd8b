import { decodeText } from '../../platform/extract/plain-text.ts';

/** As much of a file's beginning as `sniff` wants to see, in bytes. */
export const sniffBytes = 64 * 1024;

/** Text by the ending of its name. What runs in a browser is given out as the plain text that it also is: see `servedType`. */
const textTypes: Readonly<Record<string, string>> = {
  md: 'text/markdown',
  markdown: 'text/markdown',
  mdown: 'text/markdown',
  csv: 'text/csv',
  json: 'application/json',
  html: 'text/html',
  htm: 'text/html',
  xhtml: 'text/html',
  eml: 'message/rfc822',
  mht: 'message/rfc822',
  mhtml: 'message/rfc822',
};
/** What such a file has to look like, whatever its name says. */
const signs: Readonly<Record<string, RegExp>> = {
  'text/html': /<(?:!doctype\s+html|html|head|body|title|div|p|table)[\s>]/i,
  'message/rfc822': /^(?:[\w-]+:.*(?:\r?\n[ \t].*)*\r?\n){2}/,
};

const extensions: Readonly<Record<string, string>> = {
  'application/pdf': '.pdf',
  'text/plain': '.txt',
  'text/markdown': '.md',
  'text/csv': '.csv',
  'application/json': '.json',
  'text/html': '.html',
  'message/rfc822': '.eml',
  'application/epub+zip': '.epub',
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document': '.docx',
  'application/vnd.openxmlformats-officedocument.presentationml.presentation': '.pptx',
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet': '.xlsx',
  'application/vnd.oasis.opendocument.text': '.odt',
  'application/vnd.oasis.opendocument.presentation': '.odp',
  'application/vnd.oasis.opendocument.spreadsheet': '.ods',
  'image/png': '.png',
  'image/jpeg': '.jpg',
  'image/webp': '.webp',
  'image/gif': '.gif',
  'image/bmp': '.bmp',
};

/** As what a browser gets a file: never as something that it would run. */
export const servedType = (contentType: string): string =>
  contentType === 'text/html' || contentType === 'message/rfc822' || contentType.endsWith('xml')
    ? 'text/plain'
    : contentType;

/** The ending of an object's key. */
export const extensionOf = (contentType: string): string => extensions[contentType] ?? '';

/**
 * What a file is, judged by its bytes; neither its name nor what the client called it counts, except to tell kinds of text
 * apart. Null for bytes that are nothing known.
 */
export async function sniff(head: Uint8Array, filename: string): Promise<string | null> {
  const { fileTypeFromBuffer } = await import('file-type');
  const known = (await fileTypeFromBuffer(head))?.mime;
  if (known && !isMarkup(known)) return known;
  if (looksLikeText(head)) return textType(head, filename);
  // Readers take a PDF whose header comes within the first kilobyte; mail and print systems put bytes before it.
  const start = Buffer.from(head.subarray(0, 1024)).indexOf('%PDF-');
  return start >= 0 ? 'application/pdf' : null;
}

function textType(head: Uint8Array, filename: string): string {
  const named = textTypes[/\.([^.]+)$/.exec(filename)?.[1]?.toLowerCase() ?? ''] ?? 'text/plain';
  const sign = signs[named];
  return !sign || sign.test(decodeText(head) ?? '') ? named : 'text/plain';
}

/** Formats that are text for people too. */
const isMarkup = (type: string): boolean =>
  type.startsWith('text/') || type === 'application/xml' || type.endsWith('+xml');

function looksLikeText(head: Uint8Array): boolean {
  // The cut may have gone through the middle of a character, at most three bytes of it.
  const cut = head.length >= sniffBytes;
  return [0, 1, 2, 3].slice(0, cut ? 4 : 1).some((less) => decodeText(head.subarray(0, head.length - less)) !== null);
}

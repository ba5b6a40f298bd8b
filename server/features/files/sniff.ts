import { fileTypeFromBuffer } from 'file-type';
import { decodeText } from '../../platform/extract/plain-text.ts';

/** As much of a file's beginning as `sniff` wants to see, in bytes. */
export const sniffBytes = 64 * 1024;

/** Text by the ending of its name. What runs in a browser (HTML, SVG) is shown and stored as the plain text that it also is. */
const textTypes: Readonly<Record<string, string>> = {
  md: 'text/markdown',
  markdown: 'text/markdown',
  mdown: 'text/markdown',
  csv: 'text/csv',
  json: 'application/json',
};

const extensions: Readonly<Record<string, string>> = {
  'application/pdf': '.pdf',
  'text/plain': '.txt',
  'text/markdown': '.md',
  'text/csv': '.csv',
  'application/json': '.json',
};

/** The ending of an object's key. */
export const extensionOf = (contentType: string): string => extensions[contentType] ?? '';

/**
 * What a file is, judged by its bytes; neither its name nor what the client called it counts, except to tell kinds of text
 * apart. Null for bytes that are nothing known.
 */
export async function sniff(head: Uint8Array, filename: string): Promise<string | null> {
  const known = (await fileTypeFromBuffer(head))?.mime;
  if (known && !isMarkup(known)) return known;
  if (looksLikeText(head)) return textTypes[/\.([^.]+)$/.exec(filename)?.[1]?.toLowerCase() ?? ''] ?? 'text/plain';
  // Readers take a PDF whose header comes within the first kilobyte; mail and print systems put bytes before it.
  const start = Buffer.from(head.subarray(0, 1024)).indexOf('%PDF-');
  return start >= 0 ? 'application/pdf' : null;
}

/** Formats that are text for people too. */
const isMarkup = (type: string): boolean =>
  type.startsWith('text/') || type === 'application/xml' || type.endsWith('+xml');

function looksLikeText(head: Uint8Array): boolean {
  // The cut may have gone through the middle of a character, at most three bytes of it.
  const cut = head.length >= sniffBytes;
  return [0, 1, 2, 3].slice(0, cut ? 4 : 1).some((less) => decodeText(head.subarray(0, head.length - less)) !== null);
}

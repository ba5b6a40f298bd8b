import { cleanText } from './clean-text.ts';

/**
 * Decodes text of an unknown encoding: UTF-8 and UTF-16 by their byte order mark, then UTF-8 when every byte fits, then
 * windows-1252, which takes any byte. Null when the bytes are no text at all.
 */
export function decodeText(bytes: Uint8Array): string | null {
  const encoding = byteOrderMark(bytes);
  if (encoding) return onlyText(new TextDecoder(encoding).decode(bytes));
  if (bytes.includes(0)) return null;
  try {
    return onlyText(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return onlyText(new TextDecoder('windows-1252').decode(bytes));
  }
}

/** Text holds next to no control characters and no gaps in its encoding; a few are forgiven, as in logs with colours. */
function onlyText(text: string): string | null {
  // oxlint-disable-next-line no-control-regex -- they are what is counted
  const foreign = text.match(/[\u0000-\u0006\u000e-\u001a\u001c-\u001f\u007f\ufffd]/g)?.length ?? 0;
  return foreign * 100 > text.length ? null : text;
}

export const readText = (bytes: Uint8Array): string | null => {
  const text = decodeText(bytes);
  return text === null ? null : cleanText(text);
};

function byteOrderMark([a, b, c]: Uint8Array): string | null {
  if (a === 0xef && b === 0xbb && c === 0xbf) return 'utf-8';
  if (a === 0xff && b === 0xfe) return 'utf-16le';
  if (a === 0xfe && b === 0xff) return 'utf-16be';
  return null;
}

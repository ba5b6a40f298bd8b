/** Places of the first and the last byte, both from 0 and both included. */
export type ByteRange = { start: number; end: number };

/**
 * What a `Range` header asks of `size` bytes (RFC 9110, 14.2): one stretch of them; `whole` where it asks for several, for
 * something else than bytes, or is not to be understood, as may then be ignored; `none` where nothing of it is there (416).
 */
export function byteRange(header: string | undefined, size: number): ByteRange | 'whole' | 'none' {
  const found = /^bytes=[ \t]*(\d*)-(\d*)[ \t]*$/i.exec(header ?? '');
  const [, first = '', last = ''] = found ?? [];
  if (!found || (first === '' && last === '')) return 'whole';
  if (first === '') {
    const length = Math.min(Number(last), size);
    return length === 0 ? 'none' : { start: size - length, end: size - 1 };
  }
  const start = Number(first);
  const end = last === '' ? size - 1 : Math.min(Number(last), size - 1);
  if (last !== '' && Number(last) < start) return 'whole';
  return start >= size ? 'none' : { start, end };
}

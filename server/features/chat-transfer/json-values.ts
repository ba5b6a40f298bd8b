import { AppError } from '../../lib/errors.ts';

/** A value of a file, or why it could not be read. */
export type JsonValue = { value: unknown } | { reason: string };

const [QUOTE, BACKSLASH, COMMA, OPEN_LIST, CLOSE_LIST, OPEN, CLOSE] = [0x22, 0x5c, 0x2c, 0x5b, 0x5d, 0x7b, 0x7d];
const byteOrderMark = [0xef, 0xbb, 0xbf];
const isBlank = (byte: number): boolean => byte <= 0x20 || byteOrderMark.includes(byte);

/**
 * The elements of a JSON list, each as soon as it has come, so that a list of any length takes the memory of its largest
 * element; of anything else, the one value. What is larger than `maxBytes`, or no JSON, is told in its place. Throws
 * VALIDATION_FAILED for a list that has no end, and for one value that cannot be read.
 */
export async function* jsonValues(chunks: AsyncIterable<Buffer>, maxBytes: number): AsyncGenerator<JsonValue> {
  let isList: boolean | undefined;
  let depth = 0;
  let [inString, escaped] = [false, false];
  let parts: Buffer[] = [];
  let size = 0;

  const keep = (part: Buffer): void => {
    size += part.length;
    // What is too large is read over: its end is still to be found.
    if (size > maxBytes) parts = [];
    else parts.push(part);
  };
  const take = (): JsonValue | undefined => {
    const value = size > maxBytes ? tooLarge(maxBytes) : valueOf(Buffer.concat(parts).toString());
    [parts, size] = [[], 0];
    return value;
  };

  for await (const chunk of chunks) {
    let from = 0;
    for (let at = 0; at < chunk.length; at += 1) {
      const byte = chunk[at] ?? 0;
      if (isList === undefined) {
        if (isBlank(byte)) continue;
        isList = byte === OPEN_LIST;
        from = isList ? at + 1 : at;
        if (isList) depth = 1;
        continue;
      }
      if (!isList || depth === 0) break;
      if (inString) {
        if (escaped) escaped = false;
        else if (byte === BACKSLASH) escaped = true;
        else if (byte === QUOTE) inString = false;
      } else if (byte === QUOTE) inString = true;
      else if (byte === OPEN || byte === OPEN_LIST) depth += 1;
      else if (byte === CLOSE || byte === CLOSE_LIST) depth -= 1;
      if (inString || !(depth === 0 || (depth === 1 && byte === COMMA))) continue;
      keep(chunk.subarray(from, at));
      from = at + 1;
      const value = take();
      if (value) yield value;
    }
    if (isList !== undefined && !(isList && depth === 0)) keep(chunk.subarray(from));
  }
  if (isList && depth === 0) return;
  const value = isList === false ? take() : undefined;
  if (value && 'value' in value) yield value;
  else throw new AppError('VALIDATION_FAILED', { message: value?.reason ?? 'The list of conversations breaks off.' });
}

/** Undefined for nothing but blanks, as between the brackets of an empty list. */
function valueOf(text: string): JsonValue | undefined {
  if (text.trim() === '') return undefined;
  try {
    return { value: JSON.parse(text) as unknown };
  } catch {
    return { reason: 'It is not valid JSON.' };
  }
}

const tooLarge = (bytes: number): JsonValue => ({ reason: `It is larger than ${Math.floor(bytes / 2 ** 20)} MB.` });

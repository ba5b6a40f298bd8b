import { StringDecoder } from 'node:string_decoder';
import { nonsense, type Speaker } from './errors.ts';

/** Characters; a longer line is no model's work and must not fill the memory. */
const MAX_LINE_LENGTH = 1024 * 1024;

/** The lines of a newline-delimited JSON stream, in batches as they arrive together; empty lines are left out. */
export async function* readLines(
  chunks: AsyncIterable<Uint8Array>,
  speaker: Speaker,
): AsyncGenerator<readonly string[]> {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  for await (const chunk of chunks) {
    const text = decoder.write(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength));
    // Looking for the end in the new piece alone keeps a line that comes in many pieces linear.
    if (!text.includes('\n')) {
      rest += text;
    } else {
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      const full = lines.filter((line) => line.trim() !== '');
      if (full.length > 0) yield full;
    }
    if (rest.length > MAX_LINE_LENGTH) throw nonsense(speaker, 'A line of its answer has no end.');
  }
  if (rest.trim() !== '') yield [rest];
}

import { StringDecoder } from 'node:string_decoder';
import { nonsense, type Speaker } from './errors.ts';
import type { Framing } from './framing.ts';

/** Characters; a longer line is no model's work and must not fill the memory. */
const MAX_LINE_LENGTH = 1024 * 1024;

/** The lines of a newline-delimited JSON stream; empty ones are left out. */
export const lineFraming =
  (speaker: Speaker): Framing<string> =>
  (give) => {
    const decoder = new StringDecoder('utf8');
    let rest = '';
    return {
      feed(bytes) {
        const text = decoder.write(bytes);
        // Looking for the end in the new piece alone keeps a line that comes in many pieces linear.
        if (!text.includes('\n')) {
          rest += text;
        } else {
          const lines = (rest + text).split('\n');
          rest = lines.pop() ?? '';
          for (const line of lines) if (line.trim() !== '') give(line);
        }
        if (rest.length > MAX_LINE_LENGTH) throw nonsense(speaker, 'A line of its answer has no end.');
      },
      end() {
        if (rest.trim() !== '') give(rest);
      },
    };
  };

/** What stands in JSON's string as it is. */
const plain = /^[^"\\\p{Cc}]*$/u;

/** What JSON's string means; undefined: it is none, or more than one. */
function unescaped(letters: string): string | undefined {
  try {
    return JSON.parse(`"${letters}"`) as string;
  } catch {
    return undefined;
  }
}

/**
 * From one message of an answer to the next it is mostly the words alone that differ: the JSON around them is the same, letter for
 * letter. Where a message said words and nothing else, the words of those that are like it are read without taking the rest apart
 * again, which is most of the work of reading an answer. `key` is the words' own, once in such a message.
 */
export function createSameFrame(key: string) {
  const name = `"${key}":`;
  let head: string | undefined;
  let tail = '';

  return {
    /** The words of a message that is like the one that was learned; undefined: it has to be parsed. */
    wordsIn(message: string): string | undefined {
      if (head === undefined || message.length < head.length + tail.length) return undefined;
      const end = message.length - tail.length;
      // Quicker than `startsWith`, which goes letter by letter.
      if (message.slice(0, head.length) !== head || message.slice(end) !== tail) return undefined;
      const words = message.slice(head.length, end);
      return plain.test(words) ? words : unescaped(words);
    },

    /** A message that, as it was parsed, said these words and nothing else that will not be so again. */
    learn(message: string, words: string): void {
      const at = message.indexOf(name);
      if (at < 0 || message.includes(name, at + 1) || !plain.test(words)) return;
      const from = message.indexOf('"', at + name.length) + 1;
      const to = from + words.length;
      const between = message.slice(at + name.length, from - 1);
      if (between.trim() !== '' || !message.startsWith(words, from) || message[to] !== '"') return;
      head = message.slice(0, from);
      tail = message.slice(to);
    },
  };
}

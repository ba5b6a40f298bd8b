import { setImmediate } from 'node:timers/promises';
import type { LlmProvider, LlmRequest } from '../driver.ts';
import { textOf } from '../messages.ts';
import { composeAnswer } from './librarian/compose.ts';
import { readRequest } from './librarian/request.ts';

const model = 'librarian';
/** Characters a piece of the stream has at least. */
const piece = 24;

/** It has no tokens; a word counts as one, read or written. */
const countWords = (text: string): number => text.match(/\S+/g)?.length ?? 0;

/**
 * Answers without any model: finds, in the passages it is given, the sentences that answer the newest question, and
 * quotes them word for word under their file and page, each with the number of its source. It never writes a sentence
 * about a subject itself, says plainly when nothing answers, and ignores system messages and sampling options.
 * Usage counts words: those of the messages and passages read, and those written.
 */
export function createLibrarian(): LlmProvider {
  return {
    id: 'librarian',
    kind: 'librarian',
    name: 'Librarian',
    protocol: null,
    grounded: true,
    listModels: () => Promise.resolve([{ name: model, kind: 'chat' }]),
    async *stream({ messages, passages = [] }: LlmRequest, signal: AbortSignal) {
      signal.throwIfAborted();
      const { text, sources } = composeAnswer(readRequest(messages), passages);
      yield { type: 'sources', items: sources };
      for (const part of piecesOf(text)) {
        // Lets others run, and a Stop in between be heard.
        await setImmediate();
        signal.throwIfAborted();
        yield { type: 'text', text: part };
      }
      const prompt = [...messages.map(textOf), ...passages.map((passage) => passage.text)].reduce(
        (sum, each) => sum + countWords(each),
        0,
      );
      const completion = countWords(text);
      yield {
        type: 'usage',
        usage: { prompt_tokens: prompt, completion_tokens: completion, total_tokens: prompt + completion },
      };
      yield { type: 'finish', reason: 'stop' };
    },
    close: () => Promise.resolve(),
  };
}

/** A text in pieces of a few whole words. */
function piecesOf(text: string): string[] {
  const pieces: string[] = [];
  for (const word of text.match(/\s*\S+\s*/g) ?? []) {
    const last = pieces.at(-1);
    if (last !== undefined && last.length < piece) pieces[pieces.length - 1] = last + word;
    else pieces.push(word);
  }
  return pieces;
}

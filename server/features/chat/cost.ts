import type { Ending } from './generation-engine.ts';

/** Letters a token, roughly, in the languages of most people. What a provider counts replaces it. */
const LETTERS = 4;
/** What an answer is taken to need where nobody says how long it may become. */
const USUAL_ANSWER = 1_024;

const tokensIn = (texts: readonly string[]): number =>
  Math.ceil(texts.reduce((sum, { length }) => sum + length, 0) / LETTERS);

/** What a call may cost, in tokens, before it is made. */
export const estimateCall = (sent: readonly string[], maxTokens = USUAL_ANSWER): number => tokensIn(sent) + maxTokens;

type Cost = { prompt_tokens: number; completion_tokens: number };

/** What a call did cost, by its provider; by what was sent and written where that says nothing, as when it was stopped. */
export function costOf({ status, message }: Ending, sent: readonly string[]): Cost {
  const { prompt_tokens, completion_tokens, content = '', parts = '' } = message;
  if (typeof prompt_tokens === 'number' && typeof completion_tokens === 'number')
    return { prompt_tokens, completion_tokens };
  const written = tokensIn([content, parts === '[]' ? '' : parts]);
  // A call that failed before its first word was not worked on, as far as one can tell.
  if (written === 0 && status !== 'stopped') return { prompt_tokens: 0, completion_tokens: 0 };
  return { prompt_tokens: tokensIn(sent), completion_tokens: written };
}

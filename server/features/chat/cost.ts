import type { Ending } from './generation-engine.ts';

/** Letters a token, roughly, in the languages of most people. What a provider counts replaces it. */
const LETTERS = 4;
/** What an answer is taken to need where nobody says how long it may become. */
const USUAL_ANSWER = 1_024;

const tokensIn = (texts: readonly string[]): number =>
  Math.ceil(texts.reduce((sum, { length }) => sum + length, 0) / LETTERS);

/** What a call may cost, in tokens, before it is made. */
export const estimateCall = (sent: readonly string[], maxTokens = USUAL_ANSWER): number => tokensIn(sent) + maxTokens;

type Cost = { model: string; prompt_tokens: number; completion_tokens: number; cost?: number | undefined };

/**
 * What a call did cost, by its provider; by what was sent and written where that says nothing, as when it was stopped.
 * `before`: letters of the answer that were there already.
 */
export function costOf(
  { status, message, usage }: Ending,
  { model: asked, sent, before }: { model: string; sent: readonly string[]; before: number },
): Cost {
  const { content = '', parts = '' } = message;
  const model = message.model ?? asked;
  if (usage) {
    const { prompt_tokens, completion_tokens, cost } = usage;
    return { model, prompt_tokens, completion_tokens, cost };
  }
  const written = tokensIn([content.slice(before), parts === '[]' ? '' : parts]);
  // A call that failed before its first word was not worked on, as far as one can tell.
  if (written === 0 && status !== 'stopped') return { model, prompt_tokens: 0, completion_tokens: 0 };
  return { model, prompt_tokens: tokensIn(sent), completion_tokens: written };
}

import { estimateTokens } from '../../../lib/text/tokens.ts';
import { textOf } from '../../../platform/llm/messages.ts';
import type { ResolvedModel } from '../../models/service.ts';
import type { Question } from '../answer.ts';
import { MESSAGE_FRAME } from './tokens.ts';

/** Taken for the window of a model whose provider does not say: what is usual now. */
const ASSUMED = 32_768;
/** Kept for an answer where nobody says how long it may become. */
const USUAL_ANSWER = 4_096;
/** Windows' worth of older turns that are read for a summary. */
const READ_WINDOWS = 4;

/** Tokens that a model takes in all, and how many of them are kept for its answer: a quarter at most, unless more is asked for. */
export function windowOf(
  { contextLength }: Pick<ResolvedModel, 'contextLength'>,
  maxTokens?: number,
): { limit: number; answer: number; assumed: boolean } {
  const limit = contextLength ?? ASSUMED;
  const answer = Math.min(maxTokens ?? Math.min(USUAL_ANSWER, limit / 4), limit / 2);
  return { limit, answer: Math.floor(answer), assumed: contextLength === undefined };
}

/** How much of a path is worth reading for a model. */
export const readingBudget = (model: Pick<ResolvedModel, 'contextLength'>): number =>
  windowOf(model).limit * READ_WINDOWS;

/** What the person's memories and the marks of it all may take beside them. */
const BESIDE = 1_000;

type Spoken = Pick<Question, 'system' | 'history'> & {
  model: Pick<ResolvedModel, 'contextLength'>;
  tail: { summary?: { text: string } | null };
  options?: Pick<NonNullable<Question['options']>, 'max_tokens'> | undefined;
};

/**
 * Room for whole files beside what was said: `most` tokens, and half of what the window leaves at most, so that no older turn has to make
 * way. None where nobody knows the window: a server that cuts off does so in silence.
 */
export function wholeFilesRoom({ model, system = '', tail, history, options }: Spoken, most: number): number {
  const { limit, answer, assumed } = windowOf(model, options?.max_tokens);
  if (assumed) return 0;
  const free = limit - answer;
  const said = [system, tail.summary?.text ?? '', ...history.map(textOf)];
  const used = said.reduce((sum, text) => sum + estimateTokens(text) + MESSAGE_FRAME, BESIDE);
  return Math.max(0, Math.floor(Math.min(most, free / 2, free - used)));
}

import type { ResolvedModel } from '../../models/service.ts';

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

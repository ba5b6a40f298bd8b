import { z } from 'zod';
import { id, timestamp, whole } from './common.ts';

/** A question whose answer was rated down, searched again: how what is found now compares with what was found then. */
export const questionCheck = z.object({
  /** The answer that was rated. */
  message_id: id,
  question: z.string(),
  /** Passages that were found then; how many of them are found now; how many others are. */
  before: z.number().int(),
  still: z.number().int(),
  came: z.number().int(),
  /** Whether the best passage is the same. */
  same_best: z.boolean(),
  /** Passages that should be found, by their owner's word; how many of them are; the rank of the first, from 1. */
  expected: z.number().int(),
  recalled: z.number().int(),
  first: z.number().int().nullable(),
  /** The models that are chosen and did not take part now, as they were away or too slow. */
  without: z.array(z.enum(['embedding', 'rerank'])),
});
export type QuestionCheck = z.infer<typeof questionCheck>;
export const questionChecks = z.object({ items: z.array(questionCheck) });

/** Of many questions, without what they ask. */
export const questionsSummary = z.object({
  questions: z.number().int(),
  /** The same passages, in any order. */
  unchanged: z.number().int(),
  same_best: z.number().int(),
  /** Found nothing then, and something now; and the other way round. */
  newly_found: z.number().int(),
  lost: z.number().int(),
  /** Questions that say what should be found; of that, the share that is; and the mean reciprocal rank of the first. Null without any. */
  with_expected: z.number().int(),
  recall: z.number().nullable(),
  mrr: z.number().nullable(),
  /** Questions in which the embedding model that is chosen did not take part; and the one that puts in order. */
  without_embedding: z.number().int(),
  without_rerank: z.number().int(),
});
export type QuestionsSummary = z.infer<typeof questionsSummary>;

export const savedQuestion = z.object({
  message_id: id,
  question: z.string(),
  asked_at: timestamp,
  /** Passages that were found then, and that should be found. */
  before: z.number().int(),
  expected: z.number().int(),
});
export type SavedQuestion = z.infer<typeof savedQuestion>;
export const savedQuestions = whole(savedQuestion);

/** What was found then, what is found now, and what should be. */
export const savedQuestionDetail = savedQuestion.extend({
  candidates: z.array(
    z.object({
      file_id: id,
      ordinal: z.number().int(),
      page: z.number().int().nullable(),
      /** Null where one may not read it any more, or it is gone. */
      title: z.string().nullable(),
      text: z.string().nullable(),
      /** Rank then, and now, from 1; null where it was not given. */
      was: z.number().int().nullable(),
      is: z.number().int().nullable(),
      expected: z.boolean(),
    }),
  ),
});
export type SavedQuestionDetail = z.infer<typeof savedQuestionDetail>;

const place = z.strictObject({ file_id: id, ordinal: z.int().min(0).max(1_000_000) });
export const expectedBody = z.strictObject({ places: z.array(place).max(20) });

export const questionRun = z.object({
  id,
  created_at: timestamp,
  /** The models that were chosen; null: none. The totals say for how many questions one of them was missing. */
  setup: z.object({ embedding: z.string().nullable(), rerank: z.string().nullable() }),
  totals: questionsSummary,
});
export type QuestionRun = z.infer<typeof questionRun>;
export const questionRuns = whole(questionRun);
export const questionRunDetail = questionRun.extend({ items: z.array(questionCheck) });
export type QuestionRunDetail = z.infer<typeof questionRunDetail>;

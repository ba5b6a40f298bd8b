import { z } from 'zod';
import { id } from './common.ts';

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
});
export type QuestionCheck = z.infer<typeof questionCheck>;
export const questionChecks = z.object({ items: z.array(questionCheck) });

/** Of everybody's questions, without what they ask. */
export const questionsSummary = z.object({
  questions: z.number().int(),
  /** The same passages, in any order. */
  unchanged: z.number().int(),
  same_best: z.number().int(),
  /** Found nothing then, and something now; and the other way round. */
  newly_found: z.number().int(),
  lost: z.number().int(),
});
export type QuestionsSummary = z.infer<typeof questionsSummary>;

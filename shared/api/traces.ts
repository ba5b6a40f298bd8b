import { z } from 'zod';
import { id } from './common.ts';

/**
 * How an answer came to its passages: by search, by the pages that the question names, by the files' openings, or
 * because the files fitted as a whole.
 */
export const searchWays = ['search', 'pages', 'openings', 'whole'] as const;

/**
 * What became of a passage that was looked at: `given` to the model; given as the `neighbour` of one; the same text as one
 * that was given (`copy`); no room for it in the tokens (`budget`); others came before it (`later`).
 */
export const traceOutcomes = ['given', 'neighbour', 'copy', 'budget', 'later'] as const;

/** What was looked at for an answer, best first. */
export const answerTrace = z.object({
  /** As it was searched for, with the question before it where it leans on that. */
  question: z.string(),
  way: z.enum(searchWays),
  /** What it was looked for by, in the words of the question. */
  terms: z.array(z.string()),
  /** Whether passages were also looked for by what they mean. */
  by_meaning: z.boolean(),
  /** Who put the best of them in their order; not `used` where it failed or took too long. Null where nobody was asked. */
  rerank: z.object({ model: z.string(), used: z.boolean() }).nullable(),
  /** Passages of web pages, which came first. */
  web: z.number().int(),
  /** Tokens, approximate: how many passages may take, and took. Null where the model takes all that was found. */
  budget: z.object({ limit: z.number().int(), used: z.number().int() }).nullable(),
  items: z.array(
    z.object({
      file_id: id,
      page: z.number().int().nullable(),
      /** Place in the file, from 0. */
      ordinal: z.number().int(),
      /** Of its text, approximate; null where it was found before they were counted. */
      tokens: z.number().int().nullable(),
      /** Rank among what was found by words, and by meaning, from 1; null where it was not among them. */
      by_words: z.number().int().nullable(),
      by_meaning: z.number().int().nullable(),
      /** Place that the model gave it, from 1; null where it saw none of it. */
      by_rerank: z.number().int().nullable(),
      outcome: z.enum(traceOutcomes),
      /** Name of its file and first words; null where the person may not read it any more, or it is gone. */
      title: z.string().nullable(),
      text: z.string().nullable(),
    }),
  ),
});
export type AnswerTrace = z.infer<typeof answerTrace>;

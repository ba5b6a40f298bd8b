import { z } from 'zod';

/** A rectangle on a page: from the left, from the top, width and height, all in ten-thousandths of the page. */
export const box = z.tuple([z.number().int(), z.number().int(), z.number().int(), z.number().int()]);
export type Box = z.infer<typeof box>;

/**
 * Words that an answer gives as those of a source. `found`: they stand there, compared by letters and figures alone; `start`
 * and `end` say where in the passage, and are null where they stand elsewhere on its page.
 */
export const quote = z.object({
  text: z.string(),
  found: z.boolean(),
  start: z.number().int().nullable(),
  end: z.number().int().nullable(),
  boxes: z.array(box),
});
export type Quote = z.infer<typeof quote>;

/** One source that an answer cites, held against what the source says when the answer was written. */
export const citation = z.object({
  /** Of the source, from 1. */
  number: z.number().int(),
  page: z.number().int().nullable(),
  /** Where the passage stands on its page; none where nothing says so. */
  boxes: z.array(box),
  /** None where the answer has it in words of its own. */
  quotes: z.array(quote),
  /** Where in the answer's text the marks stand whose quotation was not found in the source. */
  unproven: z.array(z.number().int()),
});
export type Citation = z.infer<typeof citation>;

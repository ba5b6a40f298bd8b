import { z } from 'zod';
import { id } from './common.ts';
import { answerTrace } from './traces.ts';

export const findingPreviewBody = z.strictObject({ user_id: id, q: z.string().trim().min(1).max(2_000) });

/** What somebody's question would find in all that they may read, best first. */
export const findingPreview = answerTrace.pick({ way: true, terms: true, by_meaning: true, rerank: true }).extend({
  user: z.object({ id, name: z.string() }),
  /** Whether anything answers. */
  matched: z.boolean(),
  items: z.array(
    answerTrace.shape.items.element.omit({ text: true }).extend({
      /** Why they may read it: it is theirs, or it is in collections that they may read. */
      own: z.boolean(),
      collections: z.array(z.object({ id, name: z.string() })),
      /** First words; only of what the admin who asks may read too. */
      text: z.string().nullable(),
    }),
  ),
});
export type FindingPreview = z.infer<typeof findingPreview>;

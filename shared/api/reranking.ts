import { z } from 'zod';

export const rerankCheck = z.object({
  model: z.string(),
  /** How long it took, in milliseconds. */
  ms: z.number().int(),
  /** Whether it put first what plainly answers. */
  sensible: z.boolean(),
});
export type RerankCheck = z.infer<typeof rerankCheck>;

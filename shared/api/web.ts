import { z } from 'zod';

export const webFetchBody = z.strictObject({ url: z.string().trim().min(1).max(2_000) });
export const webPage = z.object({
  /** Where the last redirect led. */
  url: z.string(),
  title: z.string(),
  content_type: z.string(),
  text: z.string(),
  /** Whether there is more text than is given here. */
  truncated: z.boolean(),
});

export const webSearchBody = z.strictObject({
  q: z.string().trim().min(1).max(400),
  limit: z.number().int().min(1).max(20).default(8),
});
export const webResult = z.object({ url: z.string(), title: z.string(), snippet: z.string() });
export type WebResult = z.infer<typeof webResult>;
export const webResults = z.object({ provider: z.string(), items: z.array(webResult) });

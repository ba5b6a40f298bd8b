import { z } from 'zod';
import { id, page, pageQuery, timestamp } from './common.ts';

export const prompt = z.object({
  id,
  /** What is typed after a slash. */
  command: z.string(),
  title: z.string(),
  /** Blanks stand in double braces: `{{name}}`. */
  content: z.string(),
  /** Offered to everyone here. */
  shared: z.boolean(),
  /** Whether it is one's own. */
  own: z.boolean(),
  created_at: timestamp,
  updated_at: timestamp,
});
export type Prompt = z.infer<typeof prompt>;

const command = z
  .string()
  .trim()
  .toLowerCase()
  .transform((text) => text.replace(/^\//, ''))
  .pipe(
    z.string().regex(/^[\p{L}\p{N}][\p{L}\p{N}_-]{0,49}$/u, 'Letters, digits, hyphens and underscores, 50 at most.'),
  );
const title = z.string().trim().min(1).max(100);
const content = z.string().min(1).max(50_000);

export const promptBody = z.strictObject({ command, title, content, shared: z.boolean().optional() });
export type PromptBody = z.infer<typeof promptBody>;
export const promptPatch = promptBody.partial();
export type PromptPatch = z.infer<typeof promptPatch>;
export const promptQuery = pageQuery.extend({ cursor: id.optional(), q: z.string().trim().max(100).optional() });
export const prompts = page(prompt);

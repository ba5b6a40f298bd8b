import { z } from 'zod';
import { whole } from './common.ts';

/** A part of Carrel, or a service mounted on it, that this person may open. */
export const app = z.object({
  key: z.string(),
  name: z.string(),
  kind: z.enum(['builtin', 'proxy']),
  /** Where the page of it is, on this origin. */
  path: z.string(),
});
export type App = z.infer<typeof app>;
/** Always whole. */
export const apps = whole(app);

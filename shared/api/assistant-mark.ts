import { z } from 'zod';
import { id } from './common.ts';

/** The assistant that an answer came from, as it was called then. */
export const assistantMark = z.object({ id, name: z.string().max(100), emoji: z.string().max(32).nullable() });
export type AssistantMark = z.infer<typeof assistantMark>;

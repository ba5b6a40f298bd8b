import { z } from 'zod';
import { id, page, pageQuery, timestamp } from './common.ts';

export const memory = z.object({
  id,
  content: z.string(),
  /** Switched off, it is kept and not used. */
  enabled: z.boolean(),
  /** `said` by the person, or `learned` by a model from what was said. */
  origin: z.enum(['said', 'learned']),
  /** Where it came from; null where it was written in the settings. */
  conversation_id: id.nullable(),
  created_at: timestamp,
  updated_at: timestamp,
});
export type Memory = z.infer<typeof memory>;

export const MAX_MEMORY_LENGTH = 500;
const content = z.string().trim().min(3).max(MAX_MEMORY_LENGTH);

export const memoryBody = z.strictObject({ content });
export const memoryPatch = z.strictObject({ content: content.optional(), enabled: z.boolean().optional() });
export type MemoryPatch = z.infer<typeof memoryPatch>;
export const memoryQuery = pageQuery.extend({ cursor: id.optional(), q: z.string().trim().max(100).optional() });
export const memories = page(memory);

export const memorySettings = z.object({
  /** Whether memories are given to models at all. */
  enabled: z.boolean(),
  /** Whether a model looks for things to remember in what is said, after each answer. */
  learns: z.boolean(),
});
export type MemorySettings = z.infer<typeof memorySettings>;
export const memorySettingsPatch = z.strictObject({
  enabled: z.boolean().optional(),
  learns: z.boolean().optional(),
});

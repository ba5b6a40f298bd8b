import { z } from 'zod';
import { chatOptions, modelId } from './chat.ts';
import { id, page, pageQuery, timestamp } from './common.ts';
import { toolName } from './tools.ts';

const name = z.string().trim().min(1).max(100);
const description = z.string().trim().max(500);
/** One sign that stands for it; some are many characters long. */
const emoji = z
  .string()
  .trim()
  .max(32)
  .regex(/^[\p{Extended_Pictographic}\p{Emoji_Component}]+$/u, 'One emoji.');
const system = z.string().max(50_000);
const collectionIds = z.array(id).max(20);
const fileIds = z.array(id).max(50);
const tools = z.array(toolName).max(64);
/** Questions to begin with. */
const starters = z.array(z.string().trim().min(1).max(300)).max(6);

export const assistant = z.object({
  id,
  name,
  description,
  emoji: emoji.nullable(),
  /** Null: the model that would answer anyway. */
  model: z.string().nullable(),
  system,
  options: chatOptions,
  /** To others than its owner, only what they may read themselves. */
  collection_ids: collectionIds,
  file_ids: fileIds,
  tools,
  starters,
  /** Offered to everyone here. */
  everyone: z.boolean(),
  owner: z.object({ id, name: z.string() }),
  /** Whether the one who asks may change it. */
  can_edit: z.boolean(),
  created_at: timestamp,
  updated_at: timestamp,
});
export type Assistant = z.infer<typeof assistant>;
export const assistants = page(assistant);
export const assistantQuery = pageQuery.extend({ cursor: id.optional(), q: z.string().trim().max(100).optional() });

export const assistantPatch = z.strictObject({
  name: name.optional(),
  description: description.optional(),
  emoji: emoji.nullable().optional(),
  model: modelId.nullable().optional(),
  system: system.optional(),
  options: chatOptions.optional(),
  collection_ids: collectionIds.optional(),
  file_ids: fileIds.optional(),
  tools: tools.optional(),
  starters: starters.optional(),
  everyone: z.boolean().optional(),
});
export type AssistantPatch = z.infer<typeof assistantPatch>;
export const assistantBody = assistantPatch.extend({ name });
export type AssistantBody = z.infer<typeof assistantBody>;

export const assistantShare = z.object({ user_id: id.nullable(), group_id: id.nullable(), name: z.string() });
export type AssistantShare = z.infer<typeof assistantShare>;
export const assistantShares = page(assistantShare);

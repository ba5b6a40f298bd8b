import { z } from 'zod';
import { finishReasons } from '../stream.ts';
import { errorCodes } from '../errors.ts';
import { reasoningEfforts } from '../reasoning.ts';
import { assistantMark } from './assistant-mark.ts';
import { citation } from './citations.ts';
import { id, pageQuery, timestamp, whole } from './common.ts';
import { contextSummary } from './context.ts';
import { passage, tokenUsage } from './passages.ts';
import { toolChoice, toolPart } from './tools.ts';

export const conversation = z.object({
  id,
  title: z.string(),
  model: z.string().nullable(),
  pinned: z.boolean(),
  archived: z.boolean(),
  folder_id: id.nullable(),
  tags: z.array(z.string()),
  /** Whether what is remembered of the person is used in it. */
  memory: z.boolean(),
  /** Which assistant answers. One that is gone, or not shared with the person any more, is passed over. */
  assistant_id: id.nullable(),
  /** Of several versions, the one that was kept; null: the newest, as after every new message. */
  leaf_id: id.nullable(),
  created_at: timestamp,
  updated_at: timestamp,
});
export type Conversation = z.infer<typeof conversation>;

const title = z.string().trim().min(1).max(200);
export const modelId = z.string().min(1).max(300);
/** Small and capital letters are the same. */
export const tag = z
  .string()
  .trim()
  .toLowerCase()
  .min(1)
  .max(50)
  .regex(/^[^\p{Cc},]+$/u, 'A tag holds neither commas nor control characters.');
/** Of one conversation. */
export const MAX_TAGS = 20;
const tags = z.array(tag).max(MAX_TAGS);
const place = { folder_id: id.nullable().optional(), tags: tags.optional() };

export const conversationBody = z.strictObject({
  title: title.optional(),
  model: modelId.nullable().optional(),
  assistant_id: id.nullable().optional(),
  pinned: z.boolean().optional(),
  archived: z.boolean().optional(),
  memory: z.boolean().optional(),
  ...place,
});
export const conversationPatch = conversationBody.extend({
  leaf_id: id.nullable().optional(),
});
export type ConversationPatch = z.infer<typeof conversationPatch>;
export const conversationQuery = pageQuery.extend({
  q: z.string().trim().max(200).optional(),
  /** `none`: those in no folder. */
  folder: z.union([id, z.literal('none')]).optional(),
  tag: tag.optional(),
  archived: z.enum(['true', 'false']).default('false'),
});

const ids = z.array(id).min(1).max(200);
export const bulkBody = z.discriminatedUnion('action', [
  z.strictObject({ ids, action: z.enum(['archive', 'unarchive', 'pin', 'unpin', 'delete']) }),
  z.strictObject({ ids, action: z.literal('move'), folder_id: id.nullable() }),
  z.strictObject({ ids, action: z.enum(['tag', 'untag']), tag }),
]);
export type BulkBody = z.infer<typeof bulkBody>;
/** How many were there to be changed. */
export const bulkReply = z.object({ changed: z.number().int() });
export const tagList = whole(z.object({ tag: z.string(), count: z.number().int() }));

export const messageStatuses = ['complete', 'streaming', 'interrupted', 'stopped', 'failed'] as const;
export type MessageStatus = (typeof messageStatuses)[number];

/** What a message is made of beside its text. */
export const messagePart = z.discriminatedUnion('type', [
  z.object({ type: z.literal('text'), text: z.string() }),
  z.object({ type: z.literal('reasoning'), text: z.string() }),
  z.object({ type: z.literal('file'), file_id: id, filename: z.string() }),
  z.object({ type: z.literal('collection'), collection_id: id, name: z.string() }),
  /** The question was looked up on the web. */
  z.object({ type: z.literal('web_search') }),
  /** Several models answer the question side by side, until one of the answers is kept. */
  z.object({ type: z.literal('compare') }),
  z.object({ type: z.literal('summary'), ...contextSummary.shape }),
  /** What an answer gives as its sources' words, held against the sources. */
  z.object({ type: z.literal('citations'), items: z.array(citation) }),
  toolPart,
]);
export type MessagePart = z.infer<typeof messagePart>;

export const message = z.object({
  id,
  conversation_id: id,
  parent_id: id.nullable(),
  role: z.enum(['user', 'assistant']),
  content: z.string(),
  parts: z.array(messagePart),
  status: z.enum(messageStatuses),
  model: z.string().nullable(),
  provider: z.string().nullable(),
  assistant: assistantMark.nullable(),
  usage: tokenUsage.nullable(),
  sources: z.array(passage),
  finish_reason: z.enum(finishReasons).nullable(),
  error: z.object({ code: z.enum(errorCodes), message: z.string() }).nullable(),
  /** The run that writes or wrote this answer; resume it at /api/chat/generations/{id}/stream. */
  generation_id: id.nullable(),
  /** Milliseconds from the request to the first token, and to the end. */
  first_token_ms: z.number().int().nullable(),
  duration_ms: z.number().int().nullable(),
  created_at: timestamp,
});
export type Message = z.infer<typeof message>;

export const branchBody = z.strictObject({ message_id: id });

export const messageQuery = pageQuery.extend({ order: z.enum(['asc', 'desc']).default('asc') });
export const messageBody = z.strictObject({
  role: z.enum(['user', 'assistant']).default('user'),
  content: z.string().min(1),
  parent_id: id.nullable().optional(),
});
export const messagePatch = z.strictObject({ content: z.string().min(1) });

export const chatOptions = z.strictObject({
  temperature: z.number().min(0).max(2).optional(),
  top_p: z.number().min(0).max(1).optional(),
  max_tokens: z.number().int().min(1).max(1_000_000).optional(),
  stop: z.array(z.string().min(1)).max(8).optional(),
  seed: z.number().int().optional(),
  /** How long a model that can think thinks first. */
  reasoning_effort: z.enum(reasoningEfforts).optional(),
});
export type ChatOptions = z.infer<typeof chatOptions>;

export const chatBody = z.strictObject({
  content: z.string().trim().min(1),
  conversation_id: id.nullable().optional(),
  /** Never stored, not for a moment: what was said before comes with each question, in `messages`. */
  temporary: z.boolean().optional(),
  messages: z
    .array(z.strictObject({ role: z.enum(['user', 'assistant']), content: z.string() }))
    .max(1_000)
    .optional(),
  /** Absent: the newest leaf. Null: a new root. */
  parent_id: id.nullable().optional(),
  model: modelId.optional(),
  /** Who answers from now on. Null: none; absent: whoever does in this conversation. */
  assistant_id: id.nullable().optional(),
  file_ids: z.array(id).max(50).optional(),
  collection_ids: z.array(id).max(20).optional(),
  /** Look the question up on the web first. */
  web_search: z.boolean().optional(),
  /** Several models answer it side by side: the others are asked by `/api/chat/regenerate`. */
  compare: z.boolean().optional(),
  system: z.string().max(100_000).optional(),
  options: chatOptions.optional(),
  tools: toolChoice.optional(),
});
export type ChatBody = z.infer<typeof chatBody>;

export const continueBody = z.strictObject({ message_id: id, tools: toolChoice.optional() });
export const regenerateBody = continueBody.extend({
  model: modelId.optional(),
  assistant_id: id.nullable().optional(),
});

/** In a temporary chat a message is of no conversation. */
const replyMessage = message.extend({ conversation_id: id.nullable() });
export type ReplyMessage = z.infer<typeof replyMessage>;

export const chatReply = z.object({
  conversation_id: id.nullable(),
  user_message: replyMessage,
  message: replyMessage,
  usage: tokenUsage.nullable(),
});

/** A message that waits until the answer before it has ended. `error`: why it could not be sent; then it waits for the person. */
export const queuedMessage = z.object({
  id,
  conversation_id: id,
  content: z.string(),
  model: z.string().nullable(),
  files: z.array(z.object({ id, filename: z.string() })),
  error: z.object({ code: z.enum(errorCodes), message: z.string() }).nullable(),
  created_at: timestamp,
});
export type QueuedMessage = z.infer<typeof queuedMessage>;
/** What a message asks with, beside its files. */
const askedWith = {
  tools: toolChoice.optional(),
  collection_ids: z.array(id).max(20).optional(),
  web_search: z.boolean().optional(),
};
export const queueBody = z.strictObject({
  content: z.string().trim().min(1),
  model: modelId.optional(),
  file_ids: z.array(id).max(50).optional(),
  ...askedWith,
});
export type QueueBody = z.infer<typeof queueBody>;
export const queuePatch = z.strictObject({ content: z.string().trim().min(1) });

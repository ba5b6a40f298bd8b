import { z } from 'zod';
import { errorCodes } from './errors.ts';
import { citation } from './api/citations.ts';
import { id } from './api/common.ts';
import { assistantMark } from './api/assistant-mark.ts';
import { contextSummary } from './api/context.ts';
import { passage, tokenUsage } from './api/passages.ts';
import { toolArguments, toolFile } from './api/tools.ts';

export const finishReasons = ['stop', 'length', 'tool_calls', 'content_filter', 'other'] as const;

/** Why this model answers: the first rule of the selection order that gave one. */
export const modelReasons = [
  'requested',
  'conversation',
  'user_default',
  'group_default',
  'default',
  'first_healthy',
  'fallback',
] as const;
export type ModelReason = (typeof modelReasons)[number];

/** The events of a chat stream (`event:` and `data:` of Server-Sent Events), `meta` first and one of the last four last. */
export const chatEvent = z.discriminatedUnion('event', [
  z.object({
    event: z.literal('meta'),
    data: z.object({
      generation_id: id,
      conversation_id: id.nullable(),
      user_message_id: id.nullable(),
      message_id: id,
      model: z.string(),
      provider: z.string(),
      model_reason: z.enum(modelReasons),
      request_id: z.string(),
      /** The assistant that answers, where one does. */
      assistant: assistantMark.optional(),
    }),
  }),
  /** Another model answers, because the one before failed before its first word. */
  z.object({
    event: z.literal('model'),
    data: z.object({ model: z.string(), provider: z.string(), model_reason: z.enum(modelReasons) }),
  }),
  z.object({ event: z.literal('delta'), data: z.object({ text: z.string() }) }),
  z.object({ event: z.literal('reasoning'), data: z.object({ text: z.string() }) }),
  z.object({ event: z.literal('sources'), data: z.object({ items: z.array(passage) }) }),
  /** The model calls a tool. The calls of one round all come before their results. */
  z.object({
    event: z.literal('tool_call'),
    data: z.object({ id: z.string(), name: z.string(), arguments: toolArguments }),
  }),
  /** This call waits until the person has said yes or no; `approved` tells every device what they said. */
  z.object({
    event: z.literal('approval'),
    data: z.object({ tool_call_id: z.string(), name: z.string(), arguments: toolArguments }),
  }),
  z.object({ event: z.literal('approved'), data: z.object({ tool_call_id: z.string(), allow: z.boolean() }) }),
  z.object({
    event: z.literal('tool_result'),
    data: z.object({
      id: z.string(),
      content: z.string(),
      is_error: z.boolean(),
      files: z.array(toolFile).optional(),
    }),
  }),
  /** Before the answer: the model was given this in the place of older turns, which did not fit any more. */
  z.object({ event: z.literal('summary'), data: contextSummary }),
  /** After the answer: what it gives as its sources' words, held against the sources. */
  z.object({ event: z.literal('citations'), data: z.object({ items: z.array(citation) }) }),
  z.object({ event: z.literal('title'), data: z.object({ title: z.string() }) }),
  z.object({
    event: z.literal('done'),
    data: z.object({
      finish_reason: z.enum(finishReasons),
      usage: tokenUsage.nullable(),
      /** Who answered in the end. */
      model: z.string().optional(),
      provider: z.string().optional(),
    }),
  }),
  z.object({ event: z.literal('stopped'), data: z.object({ usage: tokenUsage.nullable() }) }),
  z.object({ event: z.literal('interrupted'), data: z.object({ message: z.string() }) }),
  z.object({
    event: z.literal('error'),
    data: z.object({ code: z.enum(errorCodes), message: z.string(), request_id: z.string() }),
  }),
]);
export type ChatEvent = z.infer<typeof chatEvent>;

import { z } from 'zod';
import { assistantMark } from './assistant-mark.ts';
import { conversation, message } from './chat.ts';
import { feedback } from './feedback.ts';
import { errorCodes } from '../errors.ts';

export const EXPORT_FORMAT = 'carrel.conversation';
export const EXPORT_LIST_FORMAT = 'carrel.conversations';

/** What a person thought of an answer. */
const carriedFeedback = feedback.omit({ id: true, message_id: true });
export type CarriedFeedback = z.infer<typeof carriedFeedback>;

/** Files of earlier versions know nothing of assistants. */
export const carriedMessage = message.extend({
  assistant: assistantMark.nullable().default(null),
  feedback: carriedFeedback.optional(),
});
export type CarriedMessage = z.infer<typeof carriedMessage>;

/** A conversation as it is carried from one instance to another. Ids hold the tree together and are made anew by an import. */
export const exportedConversation = conversation.omit({ folder_id: true, assistant_id: true }).extend({
  /** Not in files of earlier versions. */
  leaf_id: conversation.shape.leaf_id.default(null),
  format: z.literal(EXPORT_FORMAT),
  version: z.literal(1),
  messages: z.array(carriedMessage),
});
export type ExportedConversation = z.infer<typeof exportedConversation>;

export const exportQuery = z.object({ format: z.enum(['json', 'md']).default('json') });

export const importBody = z.union([z.array(z.unknown()), z.looseObject({})]);

/** What may be in a file and cannot be taken. */
export const leftOutKinds = ['picture', 'sound', 'file', 'source'] as const;
export type LeftOutKind = (typeof leftOutKinds)[number];

const importItem = z.object({
  title: z.string(),
  status: z.enum(['imported', 'skipped']),
  conversation_id: z.uuid().nullable(),
  /** Why it was skipped. */
  reason: z.string().nullable(),
  /** Of a conversation that was taken: what the file does not hold of it, or has no place here. */
  left_out: z.array(z.object({ kind: z.enum(leftOutKinds), count: z.number().int() })),
});
export type ImportItem = z.infer<typeof importItem>;

export const importReply = z.object({
  imported: z.number().int(),
  skipped: z.number().int(),
  items: z.array(importItem),
  /** Pictures and files that came along, and are among the person's files now. */
  files: z.number().int(),
  /** Those in the archive that no conversation names: they were not taken. */
  files_unused: z.number().int(),
  /** Thumbs that came along. */
  ratings: z.number().int(),
  /** Why it ended before all was read; what `items` has was taken all the same. */
  stopped: z.object({ code: z.enum(errorCodes), message: z.string() }).nullable(),
});
export type ImportReply = z.infer<typeof importReply>;

/** What an import tells while it runs, where it is asked for as `text/event-stream`: each conversation, and then the sums. */
export type ImportEvent =
  | { event: 'item'; /** Of all that is to be read, 0 to 1. */ data: ImportItem & { progress: number } }
  | { event: 'done'; data: Omit<ImportReply, 'items'> };

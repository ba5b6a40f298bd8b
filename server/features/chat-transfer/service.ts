import { setImmediate } from 'node:timers/promises';
import {
  carriedMessage,
  EXPORT_FORMAT,
  type CarriedFeedback,
  type CarriedMessage,
  type ExportedConversation,
  type ImportReply,
} from '../../../shared/api/chat-transfer.ts';
import { tag as tagSchema, type Conversation, type Message, type MessagePart } from '../../../shared/api/chat.ts';
import { filesOfParts } from '../../../shared/message-files.ts';
import type { Actor } from '../../http-kit/actor.ts';
import { toIso, type Clock } from '../../lib/clock.ts';
import { AppError } from '../../lib/errors.ts';
import { newId } from '../../lib/ids.ts';
import type { EventBus } from '../../platform/events/driver.ts';
import type { ConversationRow } from '../chat/conversation-repository.ts';
import type { MessageRow } from '../chat/message-repository.ts';
import type { OwnConversation } from '../chat/policy.ts';
import type { ChatStore } from '../chat/store.ts';
import type { FeedbackRepository, FeedbackRow } from '../feedback/repository.ts';
import { readFile } from './read-file.ts';
import type { ImportedConversation } from './tree.ts';

/** Messages read, and conversations listed, at one go. */
const BATCH = 200;

type FilePart = Extract<MessagePart, { type: 'file' }>;

/** What a conversation is written into, in one transaction. */
type Tables = Pick<ChatStore, 'conversations' | 'messages'> & { feedback: FeedbackRepository };

type Deps = {
  conversations: ChatStore['conversations'];
  feedback: Pick<FeedbackRepository, 'ofConversation'>;
  transaction: (work: (tables: Tables) => Promise<void>) => Promise<void>;
  /** The conversation and its messages as everybody else sees them. */
  presentConversation: (row: ConversationRow) => Conversation;
  messagesOf: (
    conversation: OwnConversation,
    query: { order: 'asc'; limit: number; cursor?: string | undefined },
  ) => Promise<{ items: Message[]; next_cursor: string | null }>;
  owning: (row: ConversationRow) => OwnConversation;
  newConversation: (
    row: Pick<ConversationRow, 'user_id' | 'title' | 'title_by_user'> & Partial<ConversationRow> & { at: number },
  ) => ConversationRow;
  newMessage: (message: {
    conversationId: string;
    parentId: string | null;
    role: MessageRow['role'];
    content: string;
    at: number;
    parts: MessagePart[];
  }) => MessageRow;
  storedTags: (tags: readonly string[]) => string | null;
  /** Which of these files the person has. */
  ownedFiles: (userId: string, ids: readonly string[]) => Promise<ReadonlySet<string>>;
  /** Keeps a picture as a file of the person. */
  keepPicture: (userId: string, made: { filename: string; bytes: Buffer }) => Promise<{ id: string }>;
  removeFile: (who: { userId: string }, id: string) => Promise<void>;
  events: Pick<EventBus, 'publish'>;
  now: Clock;
};

export type ChatTransfer = ReturnType<typeof createChatTransfer>;

/** Conversations as files: out of here, and into here from elsewhere. */
export function createChatTransfer(deps: Deps) {
  const { conversations, presentConversation, messagesOf, owning, events, now } = deps;

  async function exportOne(conversation: OwnConversation): Promise<ExportedConversation> {
    const { folder_id: _folder, assistant_id: _assistant, ...rest } = presentConversation(conversation);
    const thoughts = new Map(
      (await deps.feedback.ofConversation(conversation.user_id, conversation.id)).map((row) => [row.message_id, row]),
    );
    const messages: CarriedMessage[] = [];
    let cursor: string | undefined;
    do {
      const page = await messagesOf(conversation, { order: 'asc', limit: BATCH, cursor });
      for (const message of page.items) {
        const thought = thoughts.get(message.id);
        // By its schema: the same conversation is the same bytes, in whatever order its parts were once written.
        messages.push(carriedMessage.parse({ ...message, ...(thought && { feedback: carriedFeedback(thought) }) }));
      }
      cursor = page.next_cursor ?? undefined;
    } while (cursor !== undefined);
    return { format: EXPORT_FORMAT, version: 1, ...rest, messages };
  }

  /** The pictures of a conversation, each with its message; those that are no pictures, or have no room, are left out. */
  async function keepPictures(
    userId: string,
    { messages, leftOut }: ImportedConversation,
  ): Promise<Map<string, FilePart[]>> {
    const kept = new Map<string, FilePart[]>();
    for (const { key, pictures = [] } of messages) {
      for (const { filename, base64 } of pictures) {
        try {
          const { id } = await deps.keepPicture(userId, { filename, bytes: Buffer.from(base64, 'base64') });
          kept.set(key, [...(kept.get(key) ?? []), { type: 'file', file_id: id, filename }]);
        } catch (error) {
          if (!(error instanceof AppError)) throw error;
          leftOut?.set('picture', (leftOut.get('picture') ?? 0) + 1);
        }
      }
    }
    return kept;
  }

  async function keep(userId: string, conversation: ImportedConversation): Promise<ConversationRow> {
    const pictures = await keepPictures(userId, conversation);
    try {
      return await write(userId, conversation, pictures);
    } catch (error) {
      for (const part of [...pictures.values()].flat()) await deps.removeFile({ userId }, part.file_id);
      throw error;
    }
  }

  /** A conversation with all of its messages, or nothing of it. */
  async function write(
    userId: string,
    { messages, leaf, ...file }: ImportedConversation,
    pictures: ReadonlyMap<string, FilePart[]>,
  ): Promise<ConversationRow> {
    const at = file.createdAt ?? now();
    const tags = file.tags.flatMap((tag) => tagSchema.safeParse(tag).data ?? []).slice(0, 20);
    const ids = new Map(messages.map(({ key }) => [key, newId()]));
    const conversation = deps.newConversation({
      user_id: userId,
      title: stored(file.title) || 'Imported conversation',
      title_by_user: 1,
      model: file.model,
      pinned: file.pinned ? 1 : 0,
      archived: file.archived ? 1 : 0,
      tags: deps.storedTags(tags),
      memory: file.memory ? 1 : 0,
      leaf_id: (leaf !== null && ids.get(leaf)) || null,
      at,
      updated_at: file.updatedAt ?? at,
    });
    // A file is named only where the person has it: no conversation may wait for somebody else's.
    const named = messages.flatMap(({ parts = [] }) => filesOfParts(parts));
    const owned = named.length ? await deps.ownedFiles(userId, named) : new Set<string>();
    const rows: MessageRow[] = [];
    const thoughts: FeedbackRow[] = [];
    let last = at;
    for (const { key, parent, role, content, at: said, parts = [], feedback, rest } of messages) {
      last = said ?? last;
      const row = deps.newMessage({
        conversationId: conversation.id,
        parentId: parent === null ? null : (ids.get(parent) ?? null),
        role,
        content: stored(content),
        at: last,
        parts: [...(pictures.get(key) ?? []), ...parts.flatMap((part) => carriedPart(part, { owned, ids }))],
      });
      const id = ids.get(key) ?? row.id;
      rows.push({ ...row, ...rest, id });
      if (feedback) thoughts.push(feedbackRow(feedback, { user_id: userId, message_id: id }));
    }
    await deps.transaction(async (tx) => {
      await tx.conversations.insert(conversation);
      for (let from = 0; from < rows.length; from += BATCH) await tx.messages.insert(rows.slice(from, from + BATCH));
      await tx.feedback.insert(thoughts);
    });
    return conversation;
  }

  return {
    exportOne,

    /** All of a person's conversations, archived ones too, those made last first. */
    async *exportAll({ userId }: Pick<Actor, 'userId'>): AsyncGenerator<ExportedConversation> {
      let before: string | undefined;
      for (;;) {
        const rows: ConversationRow[] = await conversations.made(userId, before, BATCH);
        for (const row of rows) yield exportOne(owning(row));
        before = rows.at(-1)?.id;
        if (rows.length < BATCH) break;
      }
    },

    /** Takes what can be taken, each conversation whole, and says of each of the others why not. */
    async importFile({ userId }: Pick<Actor, 'userId'>, body: unknown): Promise<ImportReply> {
      const items: ImportReply['items'] = [];
      let newest: string | null = null;
      for (const read of readFile(body)) {
        // A file holds thousands: others get their turn.
        await setImmediate();
        if ('reason' in read) {
          items.push({
            title: read.title,
            status: 'skipped',
            conversation_id: null,
            reason: read.reason,
            left_out: [],
          });
          continue;
        }
        const { id } = await keep(userId, read.conversation);
        newest = id;
        const left_out = Array.from(read.conversation.leftOut ?? [], ([kind, count]) => ({ kind, count }));
        items.push({ title: read.title, status: 'imported', conversation_id: id, reason: null, left_out });
      }
      if (newest !== null) events.publish('conversation.updated', { user_id: userId, conversation_id: newest });
      const imported = items.filter(({ status }) => status === 'imported').length;
      return { imported, skipped: items.length - imported, items };
    },
  };
}

/** A part of a message in its new place: without files that the person has not, and with the ids that messages have here. */
function carriedPart(
  part: MessagePart,
  { owned, ids }: { owned: ReadonlySet<string>; ids: ReadonlyMap<string, string> },
): MessagePart[] {
  if (part.type === 'file') return owned.has(part.file_id) ? [part] : [];
  if (part.type === 'summary') return [{ ...part, until: ids.get(part.until) ?? part.until }];
  if (part.type !== 'tool' || !part.result?.files) return [part];
  const { files, ...result } = part.result;
  const left = files.filter(({ id }) => owned.has(id));
  return [{ ...part, result: left.length ? { ...result, files: left } : result }];
}

const carriedFeedback = ({ rating, reason, comment, created_at, updated_at }: FeedbackRow): CarriedFeedback => ({
  rating,
  reason,
  comment,
  created_at: toIso(created_at),
  updated_at: toIso(updated_at),
});

const feedbackRow = (
  { rating, reason, comment, created_at, updated_at }: CarriedFeedback,
  of: Pick<FeedbackRow, 'user_id' | 'message_id'>,
): FeedbackRow => ({
  id: newId(),
  ...of,
  rating,
  reason: reason === null ? null : stored(reason),
  comment: comment === null ? null : stored(comment),
  created_at: Date.parse(created_at),
  updated_at: Date.parse(updated_at),
});

/** PostgreSQL has no NUL in texts. */
const stored = (text: string): string => text.replaceAll('\u0000', '');

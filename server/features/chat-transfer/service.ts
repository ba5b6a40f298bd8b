import { setImmediate } from 'node:timers/promises';
import { EXPORT_FORMAT, type ExportedConversation, type ImportReply } from '../../../shared/api/chat-transfer.ts';
import { tag as tagSchema, type Conversation, type Message, type MessagePart } from '../../../shared/api/chat.ts';
import type { Actor } from '../../http-kit/actor.ts';
import type { Clock } from '../../lib/clock.ts';
import { newId } from '../../lib/ids.ts';
import type { EventBus } from '../../platform/events/driver.ts';
import type { ConversationRow } from '../chat/conversation-repository.ts';
import type { MessageRow } from '../chat/message-repository.ts';
import type { OwnConversation } from '../chat/policy.ts';
import type { ChatStore } from '../chat/store.ts';
import { readFile } from './read-file.ts';
import type { ImportedConversation } from './tree.ts';

/** Messages read, and conversations listed, at one go. */
const BATCH = 200;

type Deps = {
  store: Pick<ChatStore, 'conversations' | 'transaction'>;
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
  }) => MessageRow;
  storedTags: (tags: readonly string[]) => string | null;
  /** Which of these files the person has. */
  ownedFiles: (userId: string, ids: readonly string[]) => Promise<ReadonlySet<string>>;
  events: Pick<EventBus, 'publish'>;
  now: Clock;
};

export type ChatTransfer = ReturnType<typeof createChatTransfer>;

/** Conversations as files: out of here, and into here from elsewhere. */
export function createChatTransfer(deps: Deps) {
  const { store, presentConversation, messagesOf, owning, events, now } = deps;

  async function exportOne(conversation: OwnConversation): Promise<ExportedConversation> {
    const { folder_id: _folder, assistant_id: _assistant, leaf_id: _leaf, ...rest } = presentConversation(conversation);
    const messages: Message[] = [];
    let cursor: string | undefined;
    do {
      const page = await messagesOf(conversation, { order: 'asc', limit: BATCH, cursor });
      messages.push(...page.items);
      cursor = page.next_cursor ?? undefined;
    } while (cursor !== undefined);
    return { format: EXPORT_FORMAT, version: 1, ...rest, messages };
  }

  /** A part that names a file stays only where the person has that file: no conversation may wait for somebody else's. */
  async function withoutLostFiles(userId: string, rows: readonly MessageRow[]): Promise<MessageRow[]> {
    const partsOf = (row: MessageRow): MessagePart[] => JSON.parse(row.parts) as MessagePart[];
    const named = rows.flatMap((row) => partsOf(row).flatMap((part) => (part.type === 'file' ? part.file_id : [])));
    if (named.length === 0) return [...rows];
    const owned = await deps.ownedFiles(userId, named);
    return rows.map((row) => ({
      ...row,
      parts: JSON.stringify(partsOf(row).filter((part) => part.type !== 'file' || owned.has(part.file_id))),
    }));
  }

  /** A conversation with all of its messages, or nothing of it. */
  async function keep(userId: string, { messages, ...file }: ImportedConversation): Promise<ConversationRow> {
    const at = file.createdAt ?? now();
    const tags = file.tags.flatMap((tag) => tagSchema.safeParse(tag).data ?? []).slice(0, 20);
    const conversation = deps.newConversation({
      user_id: userId,
      title: stored(file.title) || 'Imported conversation',
      title_by_user: 1,
      model: file.model,
      pinned: file.pinned ? 1 : 0,
      archived: file.archived ? 1 : 0,
      tags: deps.storedTags(tags),
      at,
      updated_at: file.updatedAt ?? at,
    });
    const ids = new Map(messages.map(({ key }) => [key, newId()]));
    const rows: MessageRow[] = [];
    let last = at;
    for (const { key, parent, role, content, at: said, rest } of messages) {
      last = said ?? last;
      const parentId = parent === null ? null : (ids.get(parent) ?? null);
      const row = deps.newMessage({
        conversationId: conversation.id,
        parentId,
        role,
        content: stored(content),
        at: last,
      });
      rows.push({ ...row, ...rest, id: ids.get(key) ?? row.id });
    }
    const kept = await withoutLostFiles(userId, rows);
    await store.transaction(async (tx) => {
      await tx.conversations.insert(conversation);
      for (let from = 0; from < kept.length; from += BATCH) await tx.messages.insert(kept.slice(from, from + BATCH));
    });
    return conversation;
  }

  return {
    exportOne,

    /** All of a person's conversations, archived ones too, those made last first. */
    async *exportAll({ userId }: Pick<Actor, 'userId'>): AsyncGenerator<ExportedConversation> {
      let before: string | undefined;
      for (;;) {
        const rows: ConversationRow[] = await store.conversations.made(userId, before, BATCH);
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
          items.push({ title: read.title, status: 'skipped', conversation_id: null, reason: read.reason });
          continue;
        }
        const { id } = await keep(userId, read.conversation);
        newest = id;
        items.push({ title: read.title, status: 'imported', conversation_id: id, reason: null });
      }
      if (newest !== null) events.publish('conversation.updated', { user_id: userId, conversation_id: newest });
      const imported = items.filter(({ status }) => status === 'imported').length;
      return { imported, skipped: items.length - imported, items };
    },
  };
}

/** PostgreSQL has no NUL in texts. */
const stored = (text: string): string => text.replaceAll('\u0000', '');

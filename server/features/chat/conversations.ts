import {
  MAX_TAGS,
  type BulkBody,
  type Conversation,
  type ConversationPatch,
  type Message,
} from '../../../shared/api/chat.ts';
import type { Clock } from '../../lib/clock.ts';
import { decodeCursor, encodeCursor } from '../../lib/cursor.ts';
import { AppError, invalidField } from '../../lib/errors.ts';
import { newId } from '../../lib/ids.ts';
import type { Actor } from '../../http-kit/actor.ts';
import type { EventBus } from '../../platform/events/driver.ts';
import type { AssistantService } from '../assistants/service.ts';
import type { ContextService } from './context/service.ts';
import type { MemoryService } from '../memories/service.ts';
import type { FileHolders } from '../files/holders.ts';
import type { FolderService } from '../folders/service.ts';
import type { ConversationChanges, ConversationRepository, ConversationRow } from './conversation-repository.ts';
import { partsWritten, writtenIn } from './frames.ts';
import type { GenerationEngine } from './generation-engine.ts';
import type { GenerationRepository } from './generation-repository.ts';
import type { MessageRepository, MessageRow } from './message-repository.ts';
import type { OwnConversation, OwnMessage } from './policy.ts';
import { partsOf, presentConversation, presentMessage, storedTags, tagsOf } from './present.ts';
import { newConversationRow, newMessage } from './rows.ts';
import type { ChatStore } from './store.ts';

type Page<T> = { items: T[]; next_cursor: string | null };

type Deps = {
  conversations: ConversationRepository;
  messages: MessageRepository;
  generations: GenerationRepository;
  store: Pick<ChatStore, 'transaction'>;
  files: Pick<FileHolders, 'forgetMade'>;
  folders: Pick<FolderService, 'check'>;
  assistants: Pick<AssistantService, 'check'>;
  context: Pick<ContextService, 'forget'>;
  memories: Pick<MemoryService, 'forgetLearned'>;
  engine: GenerationEngine;
  events: EventBus;
  now: Clock;
};

export type ConversationService = ReturnType<typeof createConversationService>;

export function createConversationService(deps: Deps) {
  const { conversations, messages, generations, store, files, folders, assistants, memories, context } = deps;
  const { engine, events, now } = deps;

  const announce = ({ user_id, id }: { user_id: string; id: string }): void =>
    events.publish('conversation.updated', { user_id, conversation_id: id });

  /** All of an answer that is being written is in its log, here or in another process. */
  async function current(row: MessageRow): Promise<MessageRow> {
    if (row.status !== 'streaming' || row.generation_id === null) return row;
    const live = engine.live(row.generation_id);
    const written = live
      ? live.written
      : writtenIn((await generations.readLog(row.generation_id, 0)).map(({ frames }) => frames).join(''));
    const { content, sources } = written;
    return { ...row, content, parts: JSON.stringify(partsWritten(written)), sources: JSON.stringify(sources) };
  }

  /** MESSAGE_NOT_FOUND for a message that is not in this conversation. */
  async function inside({ id, user_id }: ConversationRow, messageId: string): Promise<MessageRow> {
    const message = await messages.findOwned(user_id, messageId);
    if (message?.conversation_id !== id) throw new AppError('MESSAGE_NOT_FOUND');
    return message;
  }

  /** One of the answers that stood side by side was kept: from now on they are versions, and so is every further one. */
  async function endComparison(kept: MessageRow): Promise<void> {
    const [, question] = await messages.up(kept.id, 2);
    const parts = question ? partsOf(question) : [];
    const left = parts.filter(({ type }) => type !== 'compare');
    if (!question || left.length === parts.length) return;
    await messages.update(question.id, { parts: JSON.stringify(left), updated_at: now() });
  }

  async function stopAll(ids: readonly string[]): Promise<void> {
    for (const id of ids) {
      await engine.stop(id);
    }
  }

  /** Ends what is being written in it, then takes it away with all its messages. */
  async function remove({ id, user_id }: Pick<ConversationRow, 'id' | 'user_id'>): Promise<void> {
    await stopAll(await generations.runningIn(id));
    await memories.forgetLearned(user_id, id);
    await conversations.delete(id);
    events.publish('conversation.deleted', { user_id, conversation_id: id });
    await files.forgetMade(user_id);
  }

  return {
    async list(
      actor: Actor,
      query: {
        q?: string | undefined;
        folder?: string | undefined;
        tag?: string | undefined;
        archived: boolean;
        limit: number;
        cursor?: string | undefined;
      },
    ): Promise<Page<Conversation>> {
      const after = query.cursor === undefined ? null : decodeCursor(query.cursor);
      const rows = await conversations.page(actor.userId, {
        archived: query.archived,
        q: query.q || null,
        folder: query.folder ?? null,
        tag: query.tag ?? null,
        after,
        limit: query.limit + 1,
      });
      return pageOf(rows, query.limit, presentConversation, ({ updated_at, id }) => [updated_at, id]);
    },

    async create(actor: Actor, body: ConversationPatch): Promise<Conversation> {
      if (body.folder_id) await folders.check(actor.userId, body.folder_id);
      if (body.assistant_id) await assistants.check(actor, body.assistant_id);
      const row = newConversationRow({
        user_id: actor.userId,
        title: body.title ?? 'New conversation',
        title_by_user: body.title === undefined ? 0 : 1,
        model: body.model ?? null,
        assistant_id: body.assistant_id ?? null,
        folder_id: body.folder_id ?? null,
        tags: storedTags(body.tags ?? []),
        pinned: body.pinned ? 1 : 0,
        archived: body.archived ? 1 : 0,
        memory: body.memory === false ? 0 : 1,
        at: now(),
      });
      await conversations.insert(row);
      announce(row);
      return presentConversation(row);
    },

    get: (conversation: OwnConversation): Conversation => presentConversation(conversation),

    async change(conversation: OwnConversation, body: ConversationPatch): Promise<Conversation> {
      if (body.folder_id) await folders.check(conversation.user_id, body.folder_id);
      if (body.assistant_id) await assistants.check({ userId: conversation.user_id }, body.assistant_id);
      if (body.leaf_id) await endComparison(await inside(conversation, body.leaf_id));
      const changes: ConversationChanges = {
        ...(body.title !== undefined && { title: body.title, title_by_user: 1 as const }),
        ...(body.model !== undefined && { model: body.model }),
        ...(body.assistant_id !== undefined && { assistant_id: body.assistant_id }),
        ...(body.pinned !== undefined && { pinned: body.pinned ? (1 as const) : (0 as const) }),
        ...(body.archived !== undefined && { archived: body.archived ? (1 as const) : (0 as const) }),
        ...(body.memory !== undefined && { memory: body.memory ? (1 as const) : (0 as const) }),
        ...(body.leaf_id !== undefined && { leaf_id: body.leaf_id }),
        ...(body.folder_id !== undefined && { folder_id: body.folder_id }),
        ...(body.tags !== undefined && { tags: storedTags(body.tags) }),
      };
      if (Object.keys(changes).length) {
        await conversations.update(conversation.id, changes);
        announce(conversation);
      }
      return presentConversation({ ...conversation, ...changes });
    },

    /** The same change to many. CONVERSATION_NOT_FOUND, and nothing is changed, where one is not there; deleting passes over it. */
    async bulk(actor: Actor, body: BulkBody): Promise<{ changed: number }> {
      const ids = [...new Set(body.ids)];
      const rows = await conversations.owned(actor.userId, ids);
      if (body.action === 'delete') {
        for (const row of rows) await remove(row);
        return { changed: rows.length };
      }
      if (rows.length < ids.length) throw new AppError('CONVERSATION_NOT_FOUND');
      if (body.action === 'move' && body.folder_id !== null) await folders.check(actor.userId, body.folder_id);
      if (body.action === 'tag' && rows.some((row) => new Set([...tagsOf(row), body.tag]).size > MAX_TAGS))
        throw invalidField('tag', `One of these conversations has ${MAX_TAGS} tags already.`);
      await store.transaction(async (tx) => {
        for (const row of rows) await tx.conversations.update(row.id, changeOf(row, body));
      });
      for (const row of rows) announce(row);
      return { changed: rows.length };
    },

    /** One's tags, the commonest first. */
    async tags(actor: Actor): Promise<Page<{ tag: string; count: number }> & { next_cursor: null }> {
      const counts = new Map<string, number>();
      for (const tags of await conversations.tags(actor.userId)) {
        for (const tag of tagsOf({ tags })) counts.set(tag, (counts.get(tag) ?? 0) + 1);
      }
      const items = Array.from(counts, ([tag, count]) => ({ tag, count }));
      return { items: items.sort((a, b) => b.count - a.count || (a.tag < b.tag ? -1 : 1)), next_cursor: null };
    },

    remove: (conversation: OwnConversation): Promise<void> => remove(conversation),

    /** A new conversation with what was said up to a message. MESSAGE_NOT_FOUND for a message of another conversation. */
    async branch(conversation: OwnConversation, messageId: string): Promise<Conversation> {
      const path = await messages.pathTo(messageId);
      const last = path.at(-1);
      if (last?.conversation_id !== conversation.id) throw new AppError('MESSAGE_NOT_FOUND');
      if (last.status === 'streaming')
        throw new AppError('CONFLICT', {
          message: 'This answer is still being written.',
          details: { suggestion: 'Wait until it has ended, or stop it.' },
        });
      const { user_id, title, title_by_user, model, assistant_id, folder_id, tags } = conversation;
      const same = { user_id, title, title_by_user, model, assistant_id, folder_id, tags };
      const branch = newConversationRow({ ...same, at: now() });
      const ids = path.map(() => newId());
      const rows = path.map((row, at): MessageRow => ({
        ...row,
        id: ids[at] ?? newId(),
        conversation_id: branch.id,
        parent_id: ids[at - 1] ?? null,
        generation_id: null,
      }));
      await store.transaction(async (tx) => {
        await tx.conversations.insert(branch);
        await tx.messages.insert(rows);
      });
      announce(branch);
      return presentConversation(branch);
    },

    /** The whole tree, page by page. */
    async messages(
      conversation: OwnConversation,
      query: { order: 'asc' | 'desc'; limit: number; cursor?: string | undefined },
    ): Promise<Page<Message>> {
      const after = query.cursor === undefined ? null : decodeCursor(query.cursor);
      const rows = await messages.page(conversation.id, { after, order: query.order, limit: query.limit + 1 });
      const shown = await Promise.all(rows.map(current));
      return pageOf(shown, query.limit, presentMessage, ({ created_at, id }) => [created_at, id]);
    },

    message: async (message: OwnMessage): Promise<Message> => presentMessage(await current(message)),

    /** Puts a message into the tree without asking a model. */
    async addMessage(
      conversation: OwnConversation,
      body: { role: 'user' | 'assistant'; content: string; parent_id?: string | null | undefined },
    ): Promise<Message> {
      const parentId =
        body.parent_id === undefined ? ((await messages.newest(conversation.id))?.id ?? null) : body.parent_id;
      if (parentId !== null) {
        await inside(conversation, parentId);
      }
      const row = newMessage({
        conversationId: conversation.id,
        parentId,
        role: body.role,
        content: body.content,
        at: now(),
      });
      await store.transaction(async (tx) => {
        await tx.messages.insert([row]);
        await tx.conversations.update(conversation.id, { updated_at: now(), leaf_id: null });
      });
      announce(conversation);
      return presentMessage(row);
    },

    async editMessage(actor: Actor, message: OwnMessage, content: string): Promise<Message> {
      if (message.status === 'streaming')
        throw invalidField('content', 'This answer is still being written. Stop it first.');
      // What was found out about the old words says nothing about the new ones.
      const parts = JSON.stringify(partsOf(message).filter(({ type }) => type !== 'citations'));
      await store.transaction((tx) => tx.messages.update(message.id, { content, parts, updated_at: now() }));
      await context.forget(message.conversation_id);
      announce({ user_id: actor.userId, id: message.conversation_id });
      return presentMessage({ ...message, content, parts });
    },

    /** Takes a message away with everything said after it. */
    async removeMessage(actor: Actor, message: OwnMessage): Promise<void> {
      await stopAll(await generations.runningIn(message.conversation_id));
      await messages.deleteSubtree(message.conversation_id, message.id);
      announce({ user_id: actor.userId, id: message.conversation_id });
      await files.forgetMade(actor.userId);
    },
  };
}

/** Rows were asked for one more than the limit, which tells whether there is a next page. */
function pageOf<R, T>(
  rows: R[],
  limit: number,
  present: (row: R) => T,
  position: (row: R) => [number, string],
): Page<T> {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return { items: items.map(present), next_cursor: rows.length > limit && last ? encodeCursor(position(last)) : null };
}

function changeOf(row: ConversationRow, body: BulkBody): ConversationChanges {
  switch (body.action) {
    case 'move':
      return { folder_id: body.folder_id };
    case 'tag':
      return { tags: storedTags([...tagsOf(row), body.tag]) };
    case 'untag':
      return { tags: storedTags(tagsOf(row).filter((tag) => tag !== body.tag)) };
    case 'pin':
    case 'unpin':
      return { pinned: body.action === 'pin' ? 1 : 0 };
    default:
      return { archived: body.action === 'archive' ? 1 : 0 };
  }
}

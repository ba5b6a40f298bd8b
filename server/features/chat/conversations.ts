import type { Conversation, Message } from '../../../shared/api/chat.ts';
import type { Clock } from '../../lib/clock.ts';
import { decodeCursor, encodeCursor } from '../../lib/cursor.ts';
import { AppError, invalidField } from '../../lib/errors.ts';
import { newId } from '../../lib/ids.ts';
import type { Actor } from '../../http-kit/actor.ts';
import type { EventBus } from '../../platform/events/driver.ts';
import type { ConversationChanges, ConversationRepository } from './conversation-repository.ts';
import { writtenIn } from './frames.ts';
import type { GenerationEngine } from './generation-engine.ts';
import type { GenerationRepository } from './generation-repository.ts';
import type { MessageRepository, MessageRow } from './message-repository.ts';
import type { OwnConversation, OwnMessage } from './policy.ts';
import { presentConversation, presentMessage } from './present.ts';
import { newMessage } from './rows.ts';

type Page<T> = { items: T[]; next_cursor: string | null };

type Deps = {
  conversations: ConversationRepository;
  messages: MessageRepository;
  generations: GenerationRepository;
  engine: GenerationEngine;
  events: EventBus;
  now: Clock;
};

export type ConversationService = ReturnType<typeof createConversationService>;

export function createConversationService({ conversations, messages, generations, engine, events, now }: Deps) {
  const announce = ({ user_id, id }: { user_id: string; id: string }): void =>
    events.publish('conversation.updated', { user_id, conversation_id: id });

  /** The text of an answer that is being written is in its log, here or in another process. */
  async function current(row: MessageRow): Promise<MessageRow> {
    if (row.status !== 'streaming' || row.generation_id === null) return row;
    const live = engine.live(row.generation_id);
    const { content, sources } = live
      ? live.written
      : writtenIn((await generations.readLog(row.generation_id, 0)).map(({ frames }) => frames).join(''));
    return { ...row, content, sources: JSON.stringify(sources) };
  }

  async function stopAll(ids: readonly string[]): Promise<void> {
    for (const id of ids) {
      await engine.stop(id);
      await engine.ended(id);
    }
  }

  return {
    async list(
      actor: Actor,
      query: { q?: string | undefined; archived: boolean; limit: number; cursor?: string | undefined },
    ): Promise<Page<Conversation>> {
      const after = query.cursor === undefined ? null : decodeCursor(query.cursor);
      const rows = await conversations.page(actor.userId, {
        archived: query.archived,
        q: query.q || null,
        after,
        limit: query.limit + 1,
      });
      return pageOf(rows, query.limit, presentConversation, ({ updated_at, id }) => [updated_at, id]);
    },

    async create(
      actor: Actor,
      body: { title?: string | undefined; model?: string | null | undefined },
    ): Promise<Conversation> {
      const row = {
        id: newId(),
        user_id: actor.userId,
        title: body.title ?? 'New conversation',
        title_by_user: body.title === undefined ? (0 as const) : (1 as const),
        model: body.model ?? null,
        pinned: 0 as const,
        archived: 0 as const,
        created_at: now(),
        updated_at: now(),
      };
      await conversations.insert(row);
      announce(row);
      return presentConversation(row);
    },

    get: (conversation: OwnConversation): Conversation => presentConversation(conversation),

    async change(
      conversation: OwnConversation,
      body: {
        title?: string | undefined;
        model?: string | null | undefined;
        pinned?: boolean | undefined;
        archived?: boolean | undefined;
      },
    ): Promise<Conversation> {
      const changes: ConversationChanges = {
        ...(body.title !== undefined && { title: body.title, title_by_user: 1 as const }),
        ...(body.model !== undefined && { model: body.model }),
        ...(body.pinned !== undefined && { pinned: body.pinned ? (1 as const) : (0 as const) }),
        ...(body.archived !== undefined && { archived: body.archived ? (1 as const) : (0 as const) }),
      };
      if (Object.keys(changes).length) {
        await conversations.update(conversation.id, changes);
        announce(conversation);
      }
      return presentConversation({ ...conversation, ...changes });
    },

    /** Ends what is being written in it, then takes it away with all its messages. */
    async remove(conversation: OwnConversation): Promise<void> {
      await stopAll(await generations.runningIn(conversation.id));
      await conversations.delete(conversation.id);
      events.publish('conversation.deleted', { user_id: conversation.user_id, conversation_id: conversation.id });
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
        const parent = await messages.findOwned(conversation.user_id, parentId);
        if (parent?.conversation_id !== conversation.id) throw new AppError('MESSAGE_NOT_FOUND');
      }
      const row = newMessage({
        conversationId: conversation.id,
        parentId,
        role: body.role,
        content: body.content,
        at: now(),
      });
      await messages.insert([row]);
      await conversations.update(conversation.id, { updated_at: now() });
      announce(conversation);
      return presentMessage(row);
    },

    async editMessage(message: OwnMessage, content: string): Promise<Message> {
      if (message.status === 'streaming')
        throw invalidField('content', 'This answer is still being written. Stop it first.');
      await messages.update(message.id, { content, updated_at: now() });
      return presentMessage({ ...message, content });
    },

    /** Takes a message away with everything said after it. */
    async removeMessage(message: OwnMessage): Promise<void> {
      await stopAll(await generations.runningIn(message.conversation_id));
      await messages.deleteSubtree(message.conversation_id, message.id);
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

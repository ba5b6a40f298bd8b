import { infiniteQueryOptions, queryOptions, type QueryClient } from '@tanstack/react-query';
import type { Conversation, Message } from '../../../../shared/api/chat.ts';
import type { Client } from '../../lib/client.ts';
import { refusalOf } from '../../lib/problem.ts';
import type { Page } from '../../lib/query.ts';
import { createStore, type Store } from '../../lib/store.ts';
import { undoable } from '../../lib/undoable.ts';
import { currentStrings } from '../../lib/strings/index.ts';
import type { Toasts } from '../../lib/toasts.ts';
import { describeRefusal } from '../../lib/words.ts';
import { changeConversation, keys } from './cache.ts';

type Change = Partial<Pick<Conversation, 'title' | 'model' | 'pinned' | 'archived' | 'folder_id'>>;

export type Conversations = {
  /** Deleted, with the time for Undo still running: lists leave them out. */
  hidden: Store<ReadonlySet<string>>;
  /** Shows the change at once and takes it back, with a toast, if the server refuses. */
  change(id: string, change: Change): Promise<void>;
  archive(conversation: Conversation, archived: boolean): Promise<void>;
  /** Hides the conversation; it is deleted when the time for Undo is over, or when the page is left. */
  remove(conversation: Conversation): void;
};

type Tools = { client: Client; queries: QueryClient; toasts: Toasts };

export function createConversations({ client, queries, toasts }: Tools): Conversations {
  const again = (): Promise<void> => queries.invalidateQueries({ queryKey: keys.lists });

  const hidden = createStore<ReadonlySet<string>>(new Set());
  const hide = (id: string, on: boolean): void =>
    hidden.set((now) => new Set(on ? [...now, id] : [...now].filter((one) => one !== id)));

  async function change(id: string, to: Change): Promise<void> {
    changeConversation(queries, id, to);
    try {
      const stored = await client.patch<Conversation>(`/api/conversations/${id}`, to);
      changeConversation(queries, id, stored);
      if (to.pinned !== undefined || to.folder_id !== undefined) await again();
    } catch (error) {
      toasts.show({ text: describeRefusal(refusalOf(error), currentStrings()), tone: 'danger' });
      await Promise.all([again(), queries.invalidateQueries({ queryKey: keys.conversation(id) })]);
    }
  }

  return {
    hidden,
    change,
    async archive(conversation, archived) {
      const words = currentStrings();
      changeConversation(queries, conversation.id, null);
      await change(conversation.id, { archived });
      await again();
      const text = archived ? words.shell.archived(conversation.title) : words.shell.unarchived(conversation.title);
      const back = async (): Promise<void> => {
        await change(conversation.id, { archived: !archived });
        await again();
      };
      toasts.show({ text, action: { label: words.app.undo, run: () => void back() } });
    },
    remove(conversation) {
      hide(conversation.id, true);
      undoable(toasts, {
        text: currentStrings().shell.deleted(conversation.title),
        undo: () => hide(conversation.id, false),
        async commit(keepalive) {
          await client.delete(`/api/conversations/${conversation.id}`, { keepalive });
          queries.removeQueries({ queryKey: keys.conversation(conversation.id) });
          queries.removeQueries({ queryKey: keys.messages(conversation.id) });
          changeConversation(queries, conversation.id, null);
          hide(conversation.id, false);
        },
        async failed() {
          hide(conversation.id, false);
          await again();
        },
      });
    },
  };
}

/** Newest first, 50 at a time. */
export const listQuery = (client: Client, q: string, archived: boolean, folder: string | null) =>
  infiniteQueryOptions({
    queryKey: keys.list(q, archived, folder),
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }) => {
      const query = new URLSearchParams({ limit: '50', archived: String(archived) });
      if (q) query.set('q', q);
      if (folder !== null) query.set('folder', folder);
      if (pageParam) query.set('cursor', pageParam);
      return client.get<Page<Conversation>>(`/api/conversations?${query}`, signal);
    },
    getNextPageParam: (page) => page.next_cursor,
  });

export const conversationQuery = (client: Client, id: string) =>
  queryOptions({
    queryKey: keys.conversation(id),
    queryFn: ({ signal }) => client.get<Conversation>(`/api/conversations/${id}`, signal),
  });

/** Newest first, so that a long conversation opens at its end. */
export const messagesQuery = (client: Client, id: string) =>
  infiniteQueryOptions({
    queryKey: keys.messages(id),
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }) => {
      const query = new URLSearchParams({ order: 'desc', limit: '100' });
      if (pageParam) query.set('cursor', pageParam);
      return client.get<Page<Message>>(`/api/conversations/${id}/messages?${query}`, signal);
    },
    getNextPageParam: (page) => page.next_cursor,
  });

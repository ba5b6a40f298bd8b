import { infiniteQueryOptions, queryOptions, type QueryClient } from '@tanstack/react-query';
import type { BulkBody, Conversation, Message } from '../../../../shared/api/chat.ts';
import type { Client } from '../../lib/client.ts';
import { refusalOf } from '../../lib/problem.ts';
import type { Page } from '../../lib/query.ts';
import { createStore, type Store } from '../../lib/store.ts';
import { undoable } from '../../lib/undoable.ts';
import { currentStrings } from '../../lib/strings/index.ts';
import type { Toasts } from '../../lib/toasts.ts';
import { describeRefusal } from '../../lib/words.ts';
import { changeConversation, keys } from './cache.ts';
import { conversationPath, listPath, messagesPath, type ListFilter } from './paths.ts';

type Change = Partial<
  Pick<
    Conversation,
    'title' | 'model' | 'assistant_id' | 'memory' | 'leaf_id' | 'pinned' | 'archived' | 'folder_id' | 'tags'
  >
>;

export type Conversations = {
  /** Deleted, with the time for Undo still running: lists leave them out. */
  hidden: Store<ReadonlySet<string>>;
  /** Shows the change at once and takes it back, with a toast, if the server refuses. */
  change(id: string, change: Change): Promise<void>;
  /** Of answers that stand side by side, this one goes on; the others become versions of it. */
  keep(id: string, answer: string): Promise<void>;
  archive(conversation: Conversation, archived: boolean): Promise<void>;
  /** Hides the conversation; it is deleted when the time for Undo is over, or when the page is left. */
  remove(conversation: Conversation): void;
  /** The same for several at once. */
  removeAll(ids: readonly string[]): void;
  /** Does the same to several; true once it is done, otherwise a toast has said why not. */
  changeAll(ids: readonly string[], deed: BulkDeed): Promise<boolean>;
};
type WithoutIds<T> = T extends unknown ? Omit<T, 'ids'> : never;
export type BulkDeed = WithoutIds<BulkBody>;
/** What the server takes at once. */
const BULK = 200;

type Tools = { client: Client; queries: QueryClient; toasts: Toasts };

export function createConversations({ client, queries, toasts }: Tools): Conversations {
  const again = (): Promise<void> => queries.invalidateQueries({ queryKey: keys.lists });

  const hidden = createStore<ReadonlySet<string>>(new Set());
  const hide = (ids: readonly string[], on: boolean): void =>
    hidden.set((now) => new Set(on ? [...now, ...ids] : [...now].filter((one) => !ids.includes(one))));

  function hideUntilGone(ids: readonly string[], text: string, gone: (keepalive: boolean) => Promise<void>): void {
    hide(ids, true);
    undoable(toasts, {
      text,
      undo: () => hide(ids, false),
      async commit(keepalive) {
        await gone(keepalive);
        for (const id of ids) {
          queries.removeQueries({ queryKey: keys.conversation(id) });
          queries.removeQueries({ queryKey: keys.messages(id) });
          changeConversation(queries, id, null);
        }
        hide(ids, false);
        await queries.invalidateQueries({ queryKey: keys.tags });
      },
      async failed() {
        hide(ids, false);
        await again();
      },
    });
  }
  async function bulk(ids: readonly string[], deed: BulkDeed, keepalive = false): Promise<void> {
    for (let at = 0; at < ids.length; at += BULK) {
      const body = { ids: ids.slice(at, at + BULK), ...deed };
      await client.open('POST', '/api/conversations/bulk', { body, keepalive });
    }
  }

  async function change(id: string, to: Change): Promise<void> {
    changeConversation(queries, id, to);
    try {
      const stored = await client.patch<Conversation>(`/api/conversations/${id}`, to);
      changeConversation(queries, id, stored);
      if (to.pinned !== undefined || to.folder_id !== undefined || to.tags) await again();
      if (to.tags) await queries.invalidateQueries({ queryKey: keys.tags });
    } catch (error) {
      toasts.show({ text: describeRefusal(refusalOf(error), currentStrings()), tone: 'danger' });
      await Promise.all([again(), queries.invalidateQueries({ queryKey: keys.conversation(id) })]);
    }
  }

  return {
    hidden,
    change,
    async keep(id, answer) {
      await change(id, { leaf_id: answer });
      // The question says no more that they are compared.
      await queries.invalidateQueries({ queryKey: keys.messages(id) });
    },
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
    remove: ({ id, title }) =>
      hideUntilGone([id], currentStrings().shell.deleted(title), (keepalive) =>
        client.delete(`/api/conversations/${id}`, { keepalive }),
      ),
    removeAll: (ids) =>
      hideUntilGone(ids, currentStrings().select.deleted(ids.length), (keepalive) =>
        bulk(ids, { action: 'delete' }, keepalive),
      ),
    async changeAll(ids, deed) {
      try {
        await bulk(ids, deed);
        toasts.show({ text: currentStrings().select.changed(ids.length) });
        return true;
      } catch (error) {
        toasts.show({ text: describeRefusal(refusalOf(error), currentStrings()), tone: 'danger' });
        return false;
      } finally {
        await Promise.all([again(), queries.invalidateQueries({ queryKey: keys.tags })]);
      }
    },
  };
}

/** Newest first, 50 at a time. */
export const listQuery = (client: Client, filter: ListFilter) =>
  infiniteQueryOptions({
    queryKey: [...keys.lists, filter],
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }) => client.get<Page<Conversation>>(listPath(filter, pageParam), signal),
    getNextPageParam: (page) => page.next_cursor,
  });

export const conversationQuery = (client: Client, id: string) =>
  queryOptions({
    queryKey: keys.conversation(id),
    queryFn: ({ signal }) => client.get<Conversation>(conversationPath(id), signal),
  });

/** Newest first, so that a long conversation opens at its end. */
export const messagesQuery = (client: Client, id: string) =>
  infiniteQueryOptions({
    queryKey: keys.messages(id),
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }) => client.get<Page<Message>>(messagesPath(id, pageParam), signal),
    getNextPageParam: (page) => page.next_cursor,
  });

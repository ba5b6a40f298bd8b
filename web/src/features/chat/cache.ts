import type { InfiniteData, QueryClient } from '@tanstack/react-query';
import type { Conversation, Message } from '../../../../shared/api/chat.ts';
import type { Page } from '../../lib/query.ts';

export const keys = {
  lists: ['conversations'] as const,
  tags: ['tags'] as const,
  conversation: (id: string) => ['conversation', id] as const,
  messages: (id: string) => ['messages', id] as const,
  queue: (id: string) => ['queue', id] as const,
  models: ['models'] as const,
};

type MessagePages = InfiniteData<Page<Message>, string | null>;
type ConversationPages = InfiniteData<Page<Conversation>, string | null>;

/** Puts messages into the loaded pages (newest first): known ones are replaced, new ones go to the front. */
export function putMessages(queries: QueryClient, conversationId: string, messages: Message[]): void {
  queries.setQueryData<MessagePages>(keys.messages(conversationId), (data) => {
    const fresh = new Map(messages.map((message) => [message.id, message]));
    const pages = (data?.pages ?? [{ items: [], next_cursor: null }]).map((page) => ({
      ...page,
      items: page.items.map((item) => {
        const replacement = fresh.get(item.id);
        fresh.delete(item.id);
        return replacement ?? item;
      }),
    }));
    const [first, ...rest] = pages;
    const newest = { next_cursor: null, ...first, items: [...[...fresh.values()].reverse(), ...(first?.items ?? [])] };
    return { pages: [newest, ...rest], pageParams: data?.pageParams ?? [null] };
  });
}

export function findMessage(queries: QueryClient, conversationId: string, id: string): Message | undefined {
  const data = queries.getQueryData<MessagePages>(keys.messages(conversationId));
  return data?.pages.flatMap((page) => page.items).find((message) => message.id === id);
}

/** When the newest loaded message was made; the empty string where none is loaded. */
export function newestTime(queries: QueryClient, conversationId: string): string {
  const data = queries.getQueryData<MessagePages>(keys.messages(conversationId));
  const times = data?.pages.flatMap((page) => page.items.map((message) => message.created_at)) ?? [];
  return times.reduce((newest, time) => (time > newest ? time : newest), '');
}

/** Changes a conversation wherever it is shown; null takes it out of the lists. */
export function changeConversation(queries: QueryClient, id: string, change: Partial<Conversation> | null): void {
  queries.setQueriesData<ConversationPages>({ queryKey: keys.lists }, (data) => {
    if (!data) return data;
    const pages = data.pages.map((page) => ({
      ...page,
      items: page.items.flatMap((item) => {
        if (item.id !== id) return [item];
        return change === null ? [] : [{ ...item, ...change }];
      }),
    }));
    return { ...data, pages };
  });
  if (change === null) return;
  queries.setQueryData<Conversation>(keys.conversation(id), (data) => (data ? { ...data, ...change } : data));
}

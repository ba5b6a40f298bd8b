import type { QueryClient } from '@tanstack/react-query';
import { createContext, use } from 'react';
import { followPerson } from '../features/auth/person.ts';
import { createConversations, type Conversations } from '../features/chat/conversations.ts';
import { createLive, type Live } from '../features/chat/live.ts';
import { createNotices, type Notices } from '../features/notices/notices.ts';
import { createUploads, type Uploads } from '../features/files/uploads.ts';
import { createClient, type Client } from '../lib/client.ts';
import { followDownloads } from '../lib/downloads.ts';
import { refusalOf } from '../lib/problem.ts';
import { currentStrings } from '../lib/strings/index.ts';
import { describeRefusal } from '../lib/words.ts';
import { createQueryClient } from '../lib/query.ts';
import { createToasts, type Toasts } from '../lib/toasts.ts';
import { createLiveUpdates, type LiveUpdates } from './live-updates.ts';

/** What lives as long as the page: made once in `main.tsx`, handed down by context. */
export type Services = {
  client: Client;
  queries: QueryClient;
  toasts: Toasts;
  live: Live;
  uploads: Uploads;
  updates: LiveUpdates;
  notices: Notices;
  conversations: Conversations;
  /** Set by the router. */
  navigation: {
    /** A new chat has got its address. */
    started(slot: string, conversationId: string): void;
    /** Which conversation is open. */
    shown(): string | undefined;
    open(conversationId: string): void;
  };
};

export function createServices(): Services {
  const client = createClient();
  const queries = createQueryClient();
  followPerson(client, queries);
  const toasts = createToasts();
  const navigation: Services['navigation'] = {
    started: () => undefined,
    shown: () => undefined,
    open: () => undefined,
  };
  followDownloads(client, (error) =>
    toasts.show({ text: describeRefusal(refusalOf(error), currentStrings()), tone: 'danger' }),
  );
  const live = createLive({ client, queries, onStarted: (slot, id) => navigation.started(slot, id) });
  const uploads = createUploads({
    client,
    onStored: () => void queries.invalidateQueries({ queryKey: ['files'] }),
    lasting: live.slots.lasting,
  });
  const notices = createNotices({
    client,
    queries,
    isShown: (id) => navigation.shown() === id && !document.hidden,
    open: (id) => navigation.open(id),
    words: () => currentStrings().notices,
  });
  const updates = createLiveUpdates({ client, queries, live, uploads, notices });
  const conversations = createConversations({ client, queries, toasts });
  return { client, queries, toasts, live, uploads, updates, notices, conversations, navigation };
}

export const ServicesContext = createContext<Services | null>(null);

export function useServices(): Services {
  const services = use(ServicesContext);
  if (!services) throw new Error('This component must stand under <ServicesContext>.');
  return services;
}

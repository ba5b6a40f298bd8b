import type { QueryClient } from '@tanstack/react-query';
import type { Conversation } from '../../../shared/api/chat.ts';
import type { LiveEvents } from '../../../shared/api/live.ts';
import { keys } from '../features/chat/cache.ts';
import type { Live } from '../features/chat/live.ts';
import type { Notices } from '../features/notices/notices.ts';
import type { Uploads } from '../features/files/uploads.ts';
import type { Client } from '../lib/client.ts';
import { createLiveSocket, type LiveSocket } from '../lib/socket.ts';
import { createStore, type Store } from '../lib/store.ts';

export type LiveUpdates = LiveSocket & {
  /** Conversations in which an answer is being written, on whichever device it was asked for. */
  running: Store<ReadonlySet<string>>;
};

type Tools = {
  client: Client;
  queries: QueryClient;
  live: Live;
  uploads: Uploads;
  notices: Pick<Notices, 'changed'>;
};

const filesKey = ['files'];
const collectionsKey = ['collections'];
const embeddingsKey = ['admin', '/api/admin/embeddings'];

/** While nothing says what has changed, the list of notices is asked for so often. Milliseconds. */
const ALONE_MS = 60_000;

/** Events of one moment (an answer ends: message, title, list) become one look at the server. Milliseconds. */
const GATHER_MS = 80;

/** Keeps what the page shows as it is on the server, whoever changed it: by asking anew for what an event names. */
export function createLiveUpdates({ client, queries, live, uploads, notices }: Tools): LiveUpdates {
  const running = createStore<ReadonlySet<string>>(new Set());
  const changed = new Set<string>();
  /** Lists that are asked for anew, by their keys. */
  const stale = new Set<readonly unknown[]>();
  let timer: ReturnType<typeof setTimeout> | undefined;

  const again = (queryKey: readonly unknown[]): void => void queries.invalidateQueries({ queryKey });

  function refresh(): void {
    timer = undefined;
    for (const key of stale) again(key);
    stale.clear();
    for (const id of changed) {
      again(keys.conversation(id));
      again(keys.queue(id));
      // What this page is writing it knows best, and asks for when it has ended.
      if (!live.isWriting(id)) again(keys.messages(id));
    }
    changed.clear();
  }
  const soon = (key: readonly unknown[]): void => {
    stale.add(key);
    timer ??= setTimeout(refresh, GATHER_MS);
  };
  const gather = (id: string): void => {
    changed.add(id);
    soon(keys.lists);
  };

  /**
   * A page that has just been opened has asked for all of it a moment ago: the conversation itself says whether it has gone on since.
   * It does not say what has been taken from its queue.
   */
  async function gatherIfChanged(id: string): Promise<void> {
    again(keys.queue(id));
    const updatedAt = (): string | undefined => queries.getQueryData<Conversation>(keys.conversation(id))?.updated_at;
    const before = updatedAt();
    await queries.invalidateQueries({ queryKey: keys.conversation(id) });
    if (before === undefined || updatedAt() !== before) gather(id);
  }

  function setRunning(id: string, on: boolean): void {
    running.set((now) => {
      if (now.has(id) === on) return now;
      const next = new Set(now);
      if (on) next.add(id);
      else next.delete(id);
      return next;
    });
  }

  const handlers: { [N in keyof LiveEvents]?: (event: LiveEvents[N]) => void } = {
    'conversation.updated': ({ conversation_id, deleted }) => {
      if (deleted) {
        setRunning(conversation_id, false);
        notices.changed(null);
      }
      gather(conversation_id);
    },
    'generation.updated': ({ conversation_id, status }) => {
      setRunning(conversation_id, status === 'running');
      gather(conversation_id);
    },
    'document.updated': (file) => {
      uploads.changed(file.file_id, file.status, file.status_detail);
      soon(filesKey);
      soon(collectionsKey);
    },
    'notification.updated': ({ notification_id }) => notices.changed(notification_id),
    'job.progress': ({ kind }) => {
      if (kind.startsWith('embeddings.')) soon(embeddingsKey);
    },
  };

  const socket = createLiveSocket({
    token: client.token,
    checkSession: () => client.get('/api/auth/session'),
    onEvent: (name, event) => handlers[name]?.(event as never),
    onGap(first) {
      running.set(new Set());
      again(keys.lists);
      again(filesKey);
      notices.changed(null);
      for (const { queryKey } of queries.getQueryCache().findAll({ type: 'active' })) {
        const [kind, id] = queryKey;
        if (kind !== 'messages' || typeof id !== 'string') continue;
        if (first) void gatherIfChanged(id);
        else gather(id);
      }
    },
  });

  function start(): () => void {
    const stop = socket.start();
    const alone = setInterval(() => {
      if (!socket.connected.get() && !document.hidden) notices.changed(null);
    }, ALONE_MS);
    return () => {
      clearInterval(alone);
      stop();
    };
  }
  return { ...socket, start, running };
}

import { queryOptions, type QueryClient } from '@tanstack/react-query';
import type { Notification as Notice, Notifications } from '../../../../shared/api/notifications.ts';
import type { Client } from '../../lib/client.ts';
import { remembered } from '../../lib/remembered.ts';
import { createStore, type Store } from '../../lib/store.ts';

export type Notices = {
  /** The list has changed on the server, or may have; `id` is what is new, or was changed. What is told of what is on the screen is read. */
  changed(id: string | null): void;
  /** A conversation is before the reader's eyes: what was told of its answer is read. */
  seen(conversationId: string): void;
  read(id: string, read: boolean): void;
  readAll(): void;
  remove(id: string): void;
  /** Whether the browser tells of it, too, when nobody looks at the page. Asks it for leave. */
  inBrowser: Store<boolean>;
  allowInBrowser(on: boolean): Promise<boolean>;
};

type Deps = {
  client: Client;
  queries: QueryClient;
  /** Whether this conversation is on the screen now. */
  isShown(conversationId: string): boolean;
  open(conversationId: string): void;
  words(): { answered: string };
};

export const noticesKey = ['notifications'];
const IN_BROWSER = 'notify';
const MOST = 30;

export const noticesQuery = (client: Client) =>
  queryOptions({
    queryKey: noticesKey,
    queryFn: ({ signal }) => client.get<Notifications>(`/api/notifications?limit=${MOST}`, signal),
    // The socket says when it has changed, and after each gap it is asked for anew.
    staleTime: Infinity,
    // On a phone the bell is in a drawer: what was told is read by opening its conversation all the same.
    gcTime: Infinity,
  });

const isAnswer = ({ kind }: Notice): boolean => kind === 'answer.done' || kind === 'answer.failed';
const isUnreadAnswerIn = (id: string) => (one: Notice) => !one.read && isAnswer(one) && one.target?.id === id;

/** Whether an answer came in a conversation that nobody has looked at yet. */
export const hasUnread =
  (conversationId: string) =>
  ({ items }: Notifications): boolean =>
    items.some(isUnreadAnswerIn(conversationId));

const mayNotify = (): boolean => 'Notification' in globalThis && Notification.permission === 'granted';

/** What the reader is told of, on all devices alike: the server keeps the list, and what of it was read. */
export function createNotices({ client, queries, isShown, open, words }: Deps): Notices {
  // Earlier versions kept titles here.
  remembered.write('notices', null);
  const inBrowser = createStore(remembered.read(IN_BROWSER) === 'on' && mayNotify());
  const now = (): Notifications | undefined => queries.getQueryData<Notifications>(noticesKey);
  const again = (): Promise<void> => queries.invalidateQueries({ queryKey: noticesKey });

  /** Shows the change at once; the server's word follows. */
  function change(to: (list: Notifications) => Notifications, deed: () => Promise<unknown>): void {
    queries.setQueryData<Notifications>(noticesKey, (list) => list && to(list));
    void deed()
      .catch(() => undefined)
      .then(again);
  }
  const marked = (list: Notifications, which: (one: Notice) => boolean, read: boolean): Notifications => {
    const items = list.items.map((one) => (which(one) ? { ...one, read } : one));
    const less = list.items.filter((one) => which(one) && one.read !== read).length;
    return { ...list, items, unread: Math.max(0, list.unread + (read ? -less : less)) };
  };

  function seen(conversationId: string): void {
    if (!now()?.items.some(isUnreadAnswerIn(conversationId))) return;
    change(
      (list) => marked(list, isUnreadAnswerIn(conversationId), true),
      () => client.post('/api/notifications/read', { conversation_id: conversationId }),
    );
  }

  function tell({ target }: Notice): void {
    if (!target || !inBrowser.get() || !document.hidden || !mayNotify()) return;
    // One for all tabs: the same tag takes the place of the one before.
    const shown = new Notification(target.title, { body: words().answered, tag: target.id });
    shown.addEventListener('click', () => {
      globalThis.focus();
      open(target.id);
      shown.close();
    });
  }

  async function changed(id: string | null): Promise<void> {
    await again();
    // Also where no bell is drawn.
    const list = await queries.fetchQuery(noticesQuery(client)).catch(() => undefined);
    const unread = list?.items.filter((one) => !one.read && isAnswer(one)) ?? [];
    const shown = new Set(unread.flatMap(({ target }) => (target && isShown(target.id) ? [target.id] : [])));
    for (const conversation of shown) seen(conversation);
    const one = unread.find((notice) => notice.id === id);
    if (one?.target && !shown.has(one.target.id)) tell(one);
  }

  return {
    changed: (id) => void changed(id),
    seen,
    read: (id, read) =>
      change(
        (list) => marked(list, (one) => one.id === id, read),
        () => client.patch(`/api/notifications/${id}`, { read }),
      ),
    readAll: () =>
      change(
        (list) => ({ ...marked(list, () => true, true), unread: 0 }),
        () => client.post('/api/notifications/read', {}),
      ),
    remove: (id) =>
      change(
        (list) => ({
          ...marked(list, (one) => one.id === id, true),
          items: list.items.filter((one) => one.id !== id),
        }),
        () => client.delete(`/api/notifications/${id}`),
      ),
    inBrowser,
    async allowInBrowser(on) {
      const allowed = on && 'Notification' in globalThis && (await Notification.requestPermission()) === 'granted';
      inBrowser.set(allowed);
      remembered.write(IN_BROWSER, allowed ? 'on' : null);
      return allowed === on;
    },
  };
}

import { QueryClient } from '@tanstack/react-query';
import { beforeEach, expect, it, vi } from 'vitest';
import type { Notification as Notice } from '../../../../shared/api/notifications.ts';
import type { Client } from '../../lib/client.ts';
import { createNotices, noticesKey } from './notices.ts';

const notice = (id: string, conversation: string, kind: Notice['kind'] = 'answer.done'): Notice => ({
  id,
  kind,
  read: false,
  created_at: '2026-01-01T00:00:00.000Z',
  target: { kind: 'conversation', id: conversation, title: 'A title' },
  detail: {},
});
const stored: { items: Notice[] } = { items: [] };
const read: unknown[] = [];
let shown: string | null;
let failing: boolean;

const client = {
  get: () => {
    if (failing) return Promise.reject(new Error('nobody answers'));
    const items = stored.items.map((one) => ({ ...one }));
    return Promise.resolve({ items, unread: items.filter((one) => !one.read).length, next_cursor: null });
  },
  post: (_path: string, body: { conversation_id?: string }) => {
    read.push(body);
    for (const one of stored.items)
      if (one.kind === 'answer.done' && one.target?.id === body.conversation_id) one.read = true;
    return Promise.resolve();
  },
} as unknown as Client;

function open() {
  const queries = new QueryClient();
  const notices = createNotices({
    client,
    queries,
    isShown: (id) => id === shown,
    open: () => undefined,
    words: () => ({ answered: '' }),
  });
  return { notices, unread: () => queries.getQueryData<{ unread: number }>(noticesKey)?.unread };
}

beforeEach(() => {
  read.length = 0;
  shown = 'c1';
  failing = false;
  stored.items = [notice('n1', 'c1'), notice('n2', 'c2'), notice('n3', 'c1', 'share.received')];
});

it('reads what is told of the conversation on the screen when the list first comes, and nothing else', async () => {
  const { notices, unread } = open();
  notices.seen('c1');
  expect(read).toEqual([]);
  notices.changed(null);
  await vi.waitFor(() => expect(read).toEqual([{ conversation_id: 'c1' }]));
  await vi.waitFor(() => expect(unread()).toBe(2));
});

it('reads an answer that came while nothing told of it, once the list is asked for again', async () => {
  shown = null;
  const { notices, unread } = open();
  notices.changed(null);
  await vi.waitFor(() => expect(unread()).toBe(3));
  shown = 'c2';
  notices.changed('n1');
  await vi.waitFor(() => expect(read).toEqual([{ conversation_id: 'c2' }]));
});

it('asks again next time where nobody answered', async () => {
  failing = true;
  const { notices, unread } = open();
  notices.changed(null);
  await vi.waitFor(() => expect(unread()).toBeUndefined());
  failing = false;
  notices.changed(null);
  await vi.waitFor(() => expect(read).toEqual([{ conversation_id: 'c1' }]));
});

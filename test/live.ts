import { io } from 'socket.io-client';
import { vi, expect } from 'vitest';
import { livePath } from '../shared/live-path.ts';
import type { Client, Json } from './client.ts';

/** A socket of somebody who is signed in, with everything it hears. */
export async function listen(who: Client) {
  const socket = io(who.url, {
    path: livePath,
    transports: ['websocket'],
    forceNew: true,
    reconnection: false,
    extraHeaders: { cookie: [...who.cookies].map((pair) => pair.join('=')).join('; '), origin: who.url },
  });
  const seen: { name: string; data: Json }[] = [];
  socket.onAny((name: string, data: unknown) => seen.push({ name, data }));
  const closed = new Promise<void>((resolve) => socket.on('disconnect', () => resolve()));
  const named = (name: string): Json[] => seen.filter((one) => one.name === name).map(({ data }) => data);
  await vi.waitFor(() => expect(named('user-count')).not.toEqual([]), 10_000);
  return {
    socket,
    closed,
    named,
    /** Waits for an event with these fields. */
    heard: (name: string, data: Json) =>
      vi.waitFor(() => expect(named(name)).toContainEqual(expect.objectContaining(data)), 20_000),
    close: (): unknown => socket.disconnect(),
  };
}

import { Pool } from 'undici';

/** Asks, and reads the answer to its end. Throws for anything but success. */
export async function ask<T = unknown>(url: string, token: string): Promise<T> {
  const answer = await fetch(url, { headers: { authorization: `Bearer ${token}` } });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${url}: ${answer.status} ${text}`);
  return JSON.parse(text) as T;
}

/** Asks over one kept connection, with a client that costs next to nothing itself; gives the bytes as they are. */
export function asker(url: string, token: string): () => Promise<ArrayBuffer> {
  const { origin, pathname, search } = new URL(url);
  const pool = new Pool(origin, { connections: 1 });
  return async () => {
    const { statusCode, body } = await pool.request({
      path: pathname + search,
      method: 'GET',
      headers: { authorization: `Bearer ${token}` },
    });
    const bytes = await body.arrayBuffer();
    if (statusCode !== 200) throw new Error(`${url}: ${statusCode} ${Buffer.from(bytes).toString()}`);
    return bytes;
  };
}

const WARM_UP = 50;

/** Milliseconds that processors have worked until now: on the server's own thread, and in all on what was asked. */
export type Clock = () => { loop: number; all: number };

/** One list each, in step: how long whoever asked waited, and how long processors worked for it, whatever else they did. */
export type Times = { ms: number[]; loop: number[]; all: number[] };

/** Each, one after the other, turn by turn, so that what the machine does meanwhile meets all of them. */
export async function times<K extends string>(
  count: number,
  works: Record<K, () => Promise<unknown>>,
  clock: Clock,
): Promise<Record<K, Times>> {
  const names = Object.keys(works) as K[];
  const found = Object.fromEntries(names.map((name) => [name, { ms: [], loop: [], all: [] }])) as unknown as Record<
    K,
    Times
  >;
  for (let turn = -WARM_UP; turn < count; turn += 1) {
    for (const name of names) {
      const before = clock();
      const startedAt = performance.now();
      await works[name]();
      const ms = performance.now() - startedAt;
      const after = clock();
      if (turn < 0) continue;
      found[name].ms.push(ms);
      found[name].loop.push(after.loop - before.loop);
      found[name].all.push(after.all - before.all);
    }
  }
  return found;
}

import SQLite from 'better-sqlite3';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { createTestApp, type TestApp } from '../../../test/app.ts';
import type { Client } from '../../../test/client.ts';

/** What every prepared statement of SQLite runs by. */
const statement = Object.getPrototypeOf(new SQLite(':memory:').prepare('select 1')) as SQLite.Statement;
const CONVERSATIONS = 230;

let app: TestApp;
let anna: Client;
beforeAll(async () => {
  app = await createTestApp();
  anna = await app.person();
  for (let n = 0; n < CONVERSATIONS; n += 1) await anna.post('/api/conversations', { title: `No. ${n}` });
});
afterAll(() => app.close());

/** Statements of one request, who asks included. What the server does by itself meanwhile is not in each of several. */
async function statementsOf(path: string): Promise<number> {
  const headers = { authorization: `Bearer ${anna.accessToken}` };
  const counts: number[] = [];
  for (let turn = 0; turn < 8; turn += 1) {
    const spies = (['all', 'run', 'get', 'iterate'] as const).map((name) => vi.spyOn(statement, name));
    const { statusCode } = await app.carrel.app.inject({ method: 'GET', url: path, headers });
    expect(statusCode).toBe(200);
    counts.push(spies.reduce((sum, spy) => sum + spy.mock.calls.length, 0));
    for (const spy of spies) spy.mockRestore();
  }
  return Math.min(...counts);
}

it('a page of the list costs three statements at most, the first and the last, and so do messages', async () => {
  const list = '/api/conversations?limit=50';
  let cursor: string | null = null;
  const seen: string[] = [];
  const pages: string[] = [];
  do {
    const path: string = cursor === null ? list : `${list}&cursor=${encodeURIComponent(cursor)}`;
    const { body } = await anna.get(path);
    pages.push(path);
    seen.push(...body.items.map(({ id }: { id: string }) => id));
    cursor = body.next_cursor as string | null;
  } while (cursor !== null);
  expect(new Set(seen).size).toBe(CONVERSATIONS);
  const counts = [await statementsOf(list), await statementsOf(pages.at(-1) ?? '')];
  expect(counts[0]).toBeGreaterThan(0);
  expect(Math.max(...counts)).toBeLessThanOrEqual(3);
  expect(await statementsOf(`/api/conversations/${seen[0]}/messages?order=desc&limit=100`)).toBeLessThanOrEqual(4);
});

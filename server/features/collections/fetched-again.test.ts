import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestApp, type TestApp } from '../../../test/app.ts';
import type { Client, Json } from '../../../test/client.ts';
import { describeEachDatabase } from '../../../test/databases.ts';
import { createOutboundGuard } from '../../lib/outbound-guard.ts';
import { days } from '../../lib/clock.ts';

const page = (words: string): string => `<title>Timetable</title><main><h1>Ferries</h1><p>${words}</p></main>`;

describeEachDatabase('web pages that are fetched again by themselves', (database) => {
  let site: Server;
  let app: TestApp;
  let ada: Client;
  let bob: Client;
  let eve: Client;
  let url: string;
  let path: string;
  let id: string;
  /** What the site has: a page in a version of its own, or nothing. */
  let shown: { words: string; etag: string } | null = { words: 'The ferry to Hiddensee leaves at nine.', etag: '"v1"' };
  const asked: IncomingHttpHeaders[] = [];

  beforeAll(async () => {
    site = createServer(({ headers }, reply) => {
      asked.push(headers);
      if (!shown) return reply.writeHead(503).end();
      const { words, etag } = shown;
      if (headers['if-none-match'] === etag) return reply.writeHead(304, { etag }).end();
      const modified = 'Sat, 01 Mar 2025 10:00:00 GMT';
      return reply.writeHead(200, { 'content-type': 'text/html', etag, 'last-modified': modified }).end(page(words));
    });
    await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve));
    const { port } = site.address() as AddressInfo;
    url = `http://site.test:${port}/ferries`;
    app = await createTestApp({
      env: { DATABASE_URL: database().url },
      overrides: {
        webPages: createOutboundGuard({ allow: [`site.test:${port}`], resolver: () => Promise.resolve(['127.0.0.1']) }),
      },
    });
    await app.person('admin');
    [ada, bob, eve] = [await app.person('ada'), await app.person('bob'), await app.person('eve')];
    id = (await ada.post('/api/collections', { name: 'Journeys' })).body.id;
    path = `/api/collections/${id}/sources`;
    await ada.post(path, { url });
  });
  afterAll(async () => {
    await app.close();
    site.close();
  });

  const source = async (): Promise<Json> => (await ada.get(path)).body.items[0];
  const settled = async (): Promise<Json> => {
    await expect.poll(async () => (await source()).status, { timeout: 20_000 }).toMatch(/ready|failed/);
    return source();
  };
  const found = async (q: string): Promise<string> =>
    (await ada.post(`/api/collections/${id}/query`, { q })).body.items.map(({ text }: Json) => text).join();
  /** As if its day had come; then the schedule's own job runs. */
  const whenDue = async (): Promise<Json> => {
    const { db } = app.carrel.database;
    const before = asked.length;
    await db.updateTable('collection_sources').set({ due_at: 1 }).where('due_at', 'is not', null).execute();
    await app.carrel.services.jobs.enqueue('collection.refresh', {});
    await expect.poll(() => asked.length, { timeout: 20_000 }).toBe(before + 1);
    return settled();
  };

  it('are not, unless somebody wants it', async () => {
    expect(await settled()).toMatchObject({ status: 'ready', refresh: 'off', next_fetch_at: null });
    const day = await ada.patch(path, { url, refresh: 'daily' });
    expect([day.status, day.body.refresh]).toEqual([200, 'daily']);
    const week = (await ada.patch(path, { url, refresh: 'weekly' })).body;
    const apart = Date.parse(week.next_fetch_at) - Date.parse(day.body.next_fetch_at);
    expect(Math.round(apart / days(1))).toBe(6);
  });

  it('are asked for changes alone, and stay as they are where there are none', async () => {
    const before = await source();
    const after = await whenDue();
    expect(asked.at(-1)).toMatchObject({
      'if-none-match': '"v1"',
      'if-modified-since': 'Sat, 01 Mar 2025 10:00:00 GMT',
    });
    expect(after).toMatchObject({ status: 'ready', file_id: before.file_id, refresh: 'weekly' });
    expect(Date.parse(after.fetched_at)).toBeGreaterThanOrEqual(Date.parse(before.fetched_at));
    expect(Date.parse(after.next_fetch_at)).toBeGreaterThan(Date.now());
    expect(await found('ferry Hiddensee')).toContain('at nine');
  });

  it('are read anew where they have changed, and what they said before is forgotten', async () => {
    shown = { words: 'The ferry to Hiddensee leaves at eleven.', etag: '"v2"' };
    await whenDue();
    await expect.poll(() => found('ferry Hiddensee'), { timeout: 20_000 }).toContain('at eleven');
    expect(await found('ferry Hiddensee')).not.toContain('at nine');
    await whenDue();
    expect(asked.at(-1)?.['if-none-match']).toBe('"v2"');
  });

  it('keep what they said while the site is away, say why, and are tried again', async () => {
    shown = null;
    expect(await whenDue()).toMatchObject({
      status: 'failed',
      status_detail: 'The site answered with an error (503).',
      refresh: 'weekly',
    });
    expect(await found('ferry Hiddensee')).toContain('at eleven');
    shown = { words: 'The ferry to Hiddensee leaves at eleven.', etag: '"v2"' };
    expect(await whenDue()).toMatchObject({ status: 'ready', status_detail: null });
  });

  it('are fetched whole where the file that was made of them is not there any more', async () => {
    const { file_id } = await source();
    const { db } = app.carrel.database;
    await db.updateTable('collection_sources').set({ file_id: null }).where('file_id', '=', file_id).execute();
    const after = await whenDue();
    expect(asked.at(-1)).not.toHaveProperty('if-none-match');
    expect(after.file_id).not.toBe(file_id);
    await ada.delete(`/api/files/${file_id}`);
  });

  it('are left alone when somebody wants it so, or whoever put them in may not sign in any more', async () => {
    const count = asked.length;
    await ada.patch(path, { url, refresh: 'daily' });
    const { db } = app.carrel.database;
    await db.updateTable('collection_sources').set({ due_at: 1 }).execute();
    await db.updateTable('users').set({ is_active: 0 }).where('id', '=', ada.id).execute();
    await app.carrel.services.jobs.enqueue('collection.refresh', {}, { dedupeKey: 'one' });
    const done = (): Promise<unknown[]> =>
      db
        .selectFrom('jobs')
        .select('id')
        .where('kind', '=', 'collection.refresh')
        .where('status', '!=', 'done')
        .execute();
    await expect.poll(done, { timeout: 20_000 }).toEqual([]);
    await db.updateTable('users').set({ is_active: 1 }).where('id', '=', ada.id).execute();
    expect(await ada.patch(path, { url, refresh: 'off' })).toMatchObject({
      body: { refresh: 'off', next_fetch_at: null },
    });
    await app.carrel.services.jobs.enqueue('collection.refresh', {}, { dedupeKey: 'two' });
    await expect.poll(done, { timeout: 20_000 }).toEqual([]);
    expect(asked).toHaveLength(count);
  });

  it('are nobody else’s to schedule', async () => {
    const change = { url, refresh: 'daily' };
    expect((await eve.patch(path, change)).status).toBe(404);
    await ada.put(`/api/collections/${id}/shares`, { user_id: bob.id, access: 'read' });
    expect((await bob.patch(path, change)).status).toBe(403);
    expect((await app.stranger().patch(path, change)).status).toBe(401);
    for (const body of [{ url }, { url, refresh: 'hourly' }, { ...change, file_id: id }])
      expect((await ada.patch(path, body)).status, JSON.stringify(body)).toBe(400);
    expect((await ada.patch(path, { url: `${url}?other`, refresh: 'daily' })).status).toBe(404);
  });
});

import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { fromBuffer, type Entry, type Options, type ZipFile } from 'yauzl';
import { createTestApp, goodPassword, type TestApp } from '../../../test/app.ts';
import type { Client, Json } from '../../../test/client.ts';
import { describeEachDatabase } from '../../../test/databases.ts';

const path = '/api/users/me/export';

const openZip = promisify<Buffer, Options, ZipFile>(fromBuffer);

/** What is in a zip, by path. */
async function unzip(bytes: Buffer): Promise<Map<string, Buffer>> {
  const found = new Map<string, Buffer>();
  const zip = await openZip(bytes, { lazyEntries: true });
  const open = promisify(
    zip.openReadStream.bind(zip) as (entry: Entry, done: (e: Error | null, s: Readable) => void) => void,
  );
  for (let left = zip.entryCount; left > 0; left -= 1) {
    const next = once(zip, 'entry') as Promise<[Entry]>;
    zip.readEntry();
    const [entry] = await next;
    found.set(entry.fileName, await buffer(await open(entry)));
  }
  return found;
}

const made = async (who: Client): Promise<Json> => {
  await expect.poll(async () => (await who.get(path)).body.status, { timeout: 60_000 }).toBe('ready');
  return (await who.get(path)).body;
};

async function download(app: TestApp, who: Client): Promise<Map<string, Buffer>> {
  const reply = await fetch(`${app.url}${path}/content`, { headers: { authorization: `Bearer ${who.accessToken}` } });
  expect([reply.status, reply.headers.get('content-type')]).toEqual([200, 'application/zip']);
  return unzip(Buffer.from(await reply.arrayBuffer()));
}

async function keysUnder(app: TestApp, prefix: string): Promise<string[]> {
  const keys: string[] = [];
  for await (const key of app.carrel.services.store.list(prefix)) keys.push(key);
  return keys;
}

describeEachDatabase('the export of an account', (database) => {
  it('has everything of its owner, nothing of others and no secrets, and is theirs alone for a day', async () => {
    let time = Date.now();
    const app = await createTestApp({ env: { DATABASE_URL: database().url }, overrides: { now: () => time } });
    try {
      const [admin, ada, eve] = [await app.person('admin'), await app.person('ada'), await app.person('eve')];
      const [wings, same] = [
        await ada.uploadAndWait('wings.txt', 'The wings of Ada.', 'text/plain'),
        await ada.uploadAndWait('wings.txt', 'Other wings.', 'text/plain'),
      ];
      const folder = (await ada.post('/api/folders', { name: 'Flights' })).body.id as string;
      const talk = (await ada.post('/api/conversations', { title: 'Wings', folder_id: folder })).body.id as string;
      for (const content of ['One', 'Two'])
        await ada.post(`/api/conversations/${talk}/messages`, { content: `${content} of Ada` });
      await ada.post('/api/prompts', { command: 'fly', title: 'Fly', content: 'Fly to {{where}}' });
      await ada.post('/api/memories', { content: 'Ada likes kites.' });
      await ada.post('/api/assistants', { name: 'Pilot', system: 'You fly.', file_ids: [wings.id] });
      const collection = (await ada.post('/api/collections', { name: 'Birds' })).body.id as string;
      await ada.post(`/api/collections/${collection}/sources`, { file_id: wings.id });
      await ada.post(`/api/conversations/${talk}/share`, {});
      const { key } = (await ada.post('/api/auth/api-keys', { name: 'program' })).body;
      await ada.put('/api/profile', { full_name: 'Ada Flyer' });
      const [meta] = await ada.chat({
        content: 'What of the wings?',
        conversation_id: talk,
        file_ids: [wings.id],
        model: 'librarian/librarian',
      });
      if (meta?.event !== 'meta') throw new Error('no meta');
      const { message_id: answer } = meta.data;
      await ada.post('/api/feedback', { message_id: answer, rating: 'down' });
      const should = { places: [{ file_id: wings.id, ordinal: 0 }] };
      await ada.put(`/api/saved-questions/${answer}/expected`, should);
      await ada.post('/api/saved-questions/runs');
      await eve.post('/api/saved-questions/runs');
      await eve.post('/api/conversations', { title: 'Secret of Eve' });
      await eve.post('/api/memories', { content: 'Eve knows a secret.' });

      expect((await ada.get(path)).body).toMatchObject({ status: 'none', size: null });
      expect((await ada.get(`${path}/content`)).status).toBe(404);
      expect((await ada.post(path, {})).body.code).toBe('VALIDATION_FAILED');
      expect((await ada.post(path, { password: 'not this one at all' })).body.code).toBe('INVALID_CREDENTIALS');
      const byKey = { headers: { 'x-api-key': key as string } };
      expect((await app.stranger().post(path, { password: goodPassword }, byKey)).body.code).toBe('SCOPE_REQUIRED');
      expect((await app.stranger().get(path)).status).toBe(401);

      const begun = await ada.post(path, { password: goodPassword });
      expect([begun.status, begun.body.expires_at]).toEqual([202, null]);
      const state = await made(ada);
      expect(state).toMatchObject({ status: 'ready', progress: 1 });
      expect(Date.parse(state.expires_at) - time).toBe(24 * 3_600_000);
      const zip = await download(app, ada);
      const list = (name: string): Json[] => JSON.parse(String(zip.get(name))) as Json[];

      const whole = [...zip.values()].map(String).join('\n');
      for (const secret of [key as string, 'of Eve', 'Eve knows', 'password_hash', 'token_hash', 'key_hash'])
        expect(whole.includes(secret), secret).toBe(false);
      expect(zip.get('README.txt')?.toString()).toContain('conversations/');
      expect(list('account.json')).toMatchObject([{ email: 'ada@example.org', role: 'user' }]);
      expect(list('profile.json')).toMatchObject([{ full_name: 'Ada Flyer' }]);
      expect(list('memories.json')).toMatchObject([{ content: 'Ada likes kites.', enabled: true }]);
      expect(list('prompts.json')).toMatchObject([{ command: 'fly' }]);
      expect(list('assistants.json')).toMatchObject([{ name: 'Pilot', files: [wings.id], everyone: false }]);
      expect(list('folder-places.json')).toEqual([{ id: talk, folder_id: folder }]);
      expect(list('collection-sources.json')).toMatchObject([{ collection_id: collection, file_id: wings.id }]);
      expect(list('question-expectations.json')).toMatchObject([{ message_id: answer, places: [`${wings.id}:0`] }]);
      const runs = list('question-runs.json');
      expect(runs).toMatchObject([{ setup: { rerank: null }, totals: { questions: 1, recall: 1 } }]);
      const result = { message_id: answer, expected: 1, recalled: 1 };
      expect(list('question-results.json')).toMatchObject([
        { run_id: runs[0]?.id as string, message_id: answer, result },
      ]);
      expect(list('shares.json')).toMatchObject([{ conversation_id: talk, mode: 'frozen' }]);
      expect(list('api-keys.json')).toMatchObject([{ name: 'program' }]);
      expect(list('sessions.json').length).toBeGreaterThan(0);
      expect(list('audit.json').map(({ action }) => action)).toContain('api_key.created');
      const files = list('files.json');
      const bytes = new Map(files.map(({ id, path: at }) => [id, String(zip.get(at))]));
      expect(bytes).toEqual(
        new Map([
          [wings.id, 'The wings of Ada.'],
          [same.id, 'Other wings.'],
        ]),
      );

      const carried = JSON.parse(String(zip.get('conversations/0001.json')));
      expect((await eve.post('/api/conversations/import', carried)).body).toMatchObject({ imported: 1, skipped: 0 });
      expect((await eve.get(path)).body.status).toBe('none');
      expect((await eve.get(`${path}/content`)).status).toBe(404);

      const log = (await admin.get('/api/admin/audit?limit=200')).body.items as Json[];
      expect(log.filter(({ action }) => String(action).startsWith('account')).map(({ action }) => action)).toEqual([
        'account.export_fetched',
        'account.export_made',
        'account.export_begun',
      ]);

      time = Date.parse(state.expires_at);
      const login = { login: 'ada@example.org', password: goodPassword };
      const later = app.stranger();
      later.signedIn((await later.post('/api/auth/login', login)).body);
      expect((await later.get(path)).body.status).toBe('none');
      expect((await later.get(`${path}/content`)).status).toBe(404);
      const kept = () => keysUnder(app, `${ada.id}/account-`);
      expect(await kept()).toHaveLength(1);
      await app.carrel.services.jobs.enqueue('account.sweep', {});
      await expect.poll(kept, { timeout: 20_000 }).toEqual([]);
    } finally {
      await app.close();
    }
  });
});

it('a thousand conversations are all in it, an export is cancelled, and it goes with the account', async () => {
  const app = await createTestApp();
  try {
    await app.person('admin');
    const ada = await app.person('ada');
    const one = (n: number) => ({
      title: `Talk ${n}`,
      mapping: {
        a: { id: 'a', parent: null, message: { author: { role: 'user' }, content: { parts: [`Question ${n}`] } } },
      },
    });
    const all = Array.from({ length: 1_000 }, (_, n) => one(n));
    expect((await ada.post('/api/conversations/import', all)).body.imported).toBe(1_000);
    await ada.post(path, { password: goodPassword });
    await made(ada);
    const zip = await download(app, ada);
    const titles = [...zip]
      .filter(([name]) => name.startsWith('conversations/'))
      .flatMap(([, content]) => (JSON.parse(String(content)) as Json).conversations as Json[])
      .map(({ title }) => title as string);
    expect(new Set(titles).size).toBe(1_000);

    expect((await ada.delete(path)).status).toBe(204);
    expect((await ada.delete(path)).status).toBe(204);
    expect((await ada.get(path)).body.status).toBe('none');
    const kept = () => keysUnder(app, `${ada.id}/`);
    await expect.poll(kept, { timeout: 20_000 }).toEqual([]);
    await ada.post(path, { password: goodPassword });
    await made(ada);
    expect(await kept()).toHaveLength(1);
    await ada.call('DELETE', '/api/users/me', { password: goodPassword });
    await expect.poll(kept, { timeout: 20_000 }).toEqual([]);
  } finally {
    await app.close();
  }
});

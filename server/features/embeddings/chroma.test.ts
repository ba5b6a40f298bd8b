import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { createTestApp, type TestApp } from '../../../test/app.ts';
import type { Client } from '../../../test/client.ts';
import { freePort } from '../../../test/process.ts';
import { startChroma } from '../../../test/servers.ts';
import { createEmbeddingServer, type EmbeddingServer } from './embedding-server.fixture.ts';

const path = '/api/admin/embeddings';
const waiting = { timeout: 20_000 };
const chroma = await startChroma();
let server: EmbeddingServer;
let app: TestApp;
let admin: Client;

beforeAll(async () => {
  server = await createEmbeddingServer();
});
afterEach(() => app.close());
afterAll(() => Promise.all([server.close(), chroma?.stop()]));

async function start(url: string): Promise<void> {
  app = await createTestApp({
    env: { OPENAI_API_KEY: 'sk-test', OPENAI_BASE_URL: server.url, CHROMA_URL: url },
  });
  admin = await app.person('admin');
}
async function upload(name: string, text: string): Promise<string> {
  const form = new FormData();
  form.append('file', new File([text], name, { type: 'text/markdown' }));
  const { body } = await admin.post('/api/files', form);
  await vi.waitFor(async () => expect((await admin.get(`/api/files/${body.id}`)).body.status).toBe('ready'), waiting);
  return body.id;
}
const titles = async (q: string): Promise<string[]> =>
  (await admin.post('/api/search', { q })).body.items.map(({ source }: { source: { title: string } }) => source.title);

describe.runIf(chroma)('with its vectors in a Chroma', () => {
  const root = `${chroma?.url}/api/v2/tenants/default_tenant/databases/default_database/collections`;
  const collections = async () => (await (await fetch(root)).json()) as { id: string; name: string }[];
  const stored = async (): Promise<number> => {
    const counts = (await collections()).map(async ({ id }) =>
      Number(await (await fetch(`${root}/${id}/count`)).text()),
    );
    return (await Promise.all(counts)).reduce((sum, each) => sum + each, 0);
  };

  it('a question finds what it means, and a deleted file and a given-up index leave Chroma', async () => {
    await start(chroma?.url ?? '');
    const car = await upload('car.md', 'The car has to be washed on every Friday.');
    await upload('garden.md', 'Tomatoes want sun, water and patience.');
    await admin.post(path, { model: 'openai/embed-one' });
    await expect.poll(() => titles('automobile'), waiting).toEqual(['car.md']);
    expect(await stored()).toBe(2);
    await admin.delete(`/api/files/${car}`);
    expect(await titles('automobile')).toEqual([]);
    await expect.poll(stored, waiting).toBe(1);
    await admin.delete(path);
    await expect.poll(collections, waiting).toEqual([]);
  });
});

it('goes on by words while the Chroma is away: files are read and found, and the admin is told', async () => {
  await start(`http://localhost:${await freePort()}`);
  await upload('garden.md', 'Tomatoes want sun, water and patience.');
  expect((await admin.post(path, { model: 'openai/embed-one' })).status).toBeLessThan(300);
  await expect
    .poll(async () => (await admin.get(path)).body.indexes[0]?.error, waiting)
    .toBe('Chroma cannot be reached. Check CHROMA_URL.');
  const late = await upload('bees.md', 'Something new about beekeeping.');
  expect(await titles('beekeeping')).toEqual(['bees.md']);
  await admin.delete(`/api/files/${late}`);
  expect(await titles('beekeeping')).toEqual([]);
});

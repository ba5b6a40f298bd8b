import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { AnswerTrace } from '../../../shared/api/traces.ts';
import { createTestApp, type TestApp } from '../../../test/app.ts';
import type { Client } from '../../../test/client.ts';
import { createRerankServer } from './rerank-server.fixture.ts';

const settings = '/api/settings/finding';
const check = '/api/admin/reranking/check';
const question = 'Which tower was painted?';

let app: TestApp;
let server: Awaited<ReturnType<typeof createRerankServer>>;
let admin: Client;
let ben: Client;
let clock = Date.now();

beforeAll(async () => {
  server = await createRerankServer();
  app = await createTestApp({
    env: { OPENAI_API_KEY: 'sk-test', OPENAI_BASE_URL: server.url, DEFAULT_AI_PROVIDER: 'openai' },
    overrides: { now: () => clock },
  });
  admin = await app.person('admin');
  ben = await app.person('ben');
  for (const [name, text] of [
    ['mill.md', 'The tower of the mill was painted, and the tower was painted again.'],
    ['lighthouse.md', 'At the lighthouse the tower has new paint since it was painted in spring.'],
    ['church.md', 'The tower of the church was painted white.'],
  ] as const)
    await ben.uploadAndWait(name, text, 'text/markdown');
  await admin.uploadAndWait('secret.md', 'The secret tower was painted black.', 'text/markdown');
});
afterAll(async () => {
  await app.close();
  await server.close();
});
beforeEach(() => {
  server.state.asked.length = 0;
  Object.assign(server.state, { refuse: false, shape: 'cohere', talk: 'json' });
  clock += 60_000;
});

const use = (changes: object) => admin.patch(settings, changes);
const titles = async (): Promise<string[]> =>
  (await ben.post('/api/search', { q: question })).body.items.map(
    ({ source }: { source: { title: string } }) => source.title,
  );

it('is off until an admin chooses a model: nobody is asked', async () => {
  expect((await admin.get(settings)).body.settings.rerank).toMatchObject({ value: 'off', env: 'RERANK' });
  expect((await titles())[0]).toBe('mill.md');
  expect(server.state.asked).toEqual([]);
  expect((await admin.post(check)).body.code).toBe('CONFLICT');
});

it('is an admin’s choice', async () => {
  expect((await ben.patch(settings, { rerank: 'chat' })).status).toBe(403);
  expect((await ben.post(check)).status).toBe(403);
  expect((await app.stranger().post(check)).status).toBe(401);
  expect((await use({ rerank_timeout_seconds: 0 })).status).toBe(400);
});

it('puts what was found in the order of a rerank model, and shows it none but what the person may read', async () => {
  await use({ rerank: 'reranker', rerank_model: 'openai/judge' });
  expect((await titles())[0]).toBe('lighthouse.md');
  expect(server.state.asked).toMatchObject([{ path: '/v1/rerank', model: 'judge', query: question }]);
  expect(server.state.asked[0]?.documents).toHaveLength(3);
  expect(JSON.stringify(server.state.asked)).not.toContain('secret');
});

it('finds the endpoint of text-embeddings-inference at the server’s root', async () => {
  server.state.shape = 'tei';
  expect((await titles())[0]).toBe('lighthouse.md');
  expect(server.state.asked.map(({ path }) => path)).toEqual(['/rerank']);
});

it('leaves what was found as it was where the model fails, and leaves the model alone for a moment', async () => {
  server.state.refuse = true;
  expect((await titles())[0]).toBe('mill.md');
  const calls = server.state.asked.length;
  expect(calls).toBeGreaterThan(0);
  server.state.refuse = false;
  expect((await titles())[0]).toBe('mill.md');
  expect(server.state.asked).toHaveLength(calls);
  clock += 30_000;
  expect((await titles())[0]).toBe('lighthouse.md');
});

it('takes a chat model too, held to a schema', async () => {
  await use({ rerank: 'chat', rerank_model: 'openai/talker' });
  expect((await titles())[0]).toBe('lighthouse.md');
  expect(server.state.asked).toMatchObject([{ path: 'chat', model: 'talker' }]);
  clock += 60_000;
  server.state.talk = 'I would say the second one.';
  expect((await titles())[0]).toBe('mill.md');
});

it('can be tried', async () => {
  await use({ rerank: 'reranker', rerank_model: 'openai/judge' });
  expect((await admin.post(check)).body).toMatchObject({ model: 'openai/judge', sensible: false });
  server.state.refuse = true;
  expect((await admin.post(check)).body.code).toBe('PROVIDER_ERROR');
  await use({ rerank_model: 'nowhere/judge' });
  expect((await admin.post(check)).body.code).toBe('MODEL_NOT_FOUND');
});

it('stands in the trace of an answer, as does its failure', async () => {
  await use({ rerank: 'reranker', rerank_model: 'openai/judge' });
  const { items } = (await ben.get('/api/files')).body;
  const traceOf = async (): Promise<AnswerTrace> => {
    const [meta] = await ben.chat({
      content: question,
      model: 'openai/talker',
      file_ids: items.map(({ id }: { id: string }) => id),
    });
    if (meta?.event !== 'meta') throw new Error('no meta');
    return (await ben.get(`/api/messages/${meta.data.message_id}/trace`)).body;
  };
  const trace = await traceOf();
  expect(trace.rerank).toEqual({ model: 'openai/judge', used: true });
  expect(trace.items[0]).toMatchObject({ title: 'lighthouse.md', by_rerank: 1, outcome: 'given' });
  server.state.refuse = true;
  const without = await traceOf();
  expect(without.rerank).toEqual({ model: 'openai/judge', used: false });
  expect(without.items[0]).toMatchObject({ title: 'mill.md', by_rerank: null });
});

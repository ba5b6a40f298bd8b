import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { createTestApp, type TestApp } from '../../../test/app.ts';
import type { Client } from '../../../test/client.ts';
import { describeEachDatabase } from '../../../test/databases.ts';
import type { EmbeddingIndex, EmbeddingsOverview } from '../../../shared/api/embeddings.ts';
import { createEmbeddingServer, type EmbeddingServer } from './embedding-server.fixture.ts';

const path = '/api/admin/embeddings';
const waiting = { timeout: 20_000 };

describeEachDatabase('embeddings', (database) => {
  let app: TestApp;
  let server: EmbeddingServer;
  let admin: Client;
  let bob: Client;

  beforeAll(async () => {
    server = await createEmbeddingServer();
    app = await createTestApp({
      env: { DATABASE_URL: database().url, OPENAI_API_KEY: 'sk-test', OPENAI_BASE_URL: server.url },
    });
    admin = await app.person('admin');
    bob = await app.person('bob');
    await upload(admin, 'car.md', 'The car has to be washed on every Friday.');
    await upload(admin, 'garden.md', 'Tomatoes want sun, water and patience.');
    await upload(bob, 'secret.md', 'The vehicle of the secret service is green.');
  });
  afterAll(async () => {
    await app.close();
    await server.close();
  });

  async function upload(who: Client, name: string, text: string): Promise<string> {
    const form = new FormData();
    form.append('file', new File([text], name, { type: 'text/markdown' }));
    const { body } = await who.post('/api/files', form);
    await vi.waitFor(async () => expect((await who.get(`/api/files/${body.id}`)).body.status).toBe('ready'), waiting);
    return body.id;
  }
  const titles = async (who: Client, q: string): Promise<string[]> =>
    (await who.post('/api/search', { q })).body.items.map(({ source }: { source: { title: string } }) => source.title);
  const overview = async (): Promise<EmbeddingsOverview> => (await admin.get(path)).body;
  const states = async (): Promise<Partial<Record<EmbeddingIndex['state'], string>>> =>
    Object.fromEntries((await overview()).indexes.map(({ state, model }) => [state, model]));
  const active = (model: string) => expect.poll(async () => (await states()).active, waiting).toBe(`openai/${model}`);

  it('are not there until somebody chooses a model: words alone are found', async () => {
    expect(await overview()).toEqual({ passages: 3, locked: null, indexes: [] });
    expect(await titles(admin, 'automobile')).toEqual([]);
    expect(await titles(admin, 'tomatoes')).toEqual(['garden.md']);
    expect(server.state.texts).toEqual([]);
  });

  it('say what they would cost, and ask no model for it', async () => {
    const { status, body } = await admin.post(`${path}/estimate`, { model: 'openai/embed-one' });
    expect([status, body]).toEqual([
      200,
      { model: 'openai/embed-one', passages: 3, calls: 3, tokens: expect.any(Number) },
    ]);
    expect(body.tokens).toBeGreaterThan(20);
    expect(server.state.texts).toEqual([]);
  });

  it('let passages be found by what they mean, each by those who may read them', async () => {
    expect((await admin.post(path, { model: 'openai/embed-one' })).status).toBe(202);
    await active('embed-one');
    expect((await overview()).indexes[0]).toMatchObject({ done: 3, error: null });
    expect(await titles(admin, 'automobile')).toEqual(['car.md']);
    expect(await titles(bob, 'automobile')).toEqual(['secret.md']);
    const theirs = (await bob.get('/api/files')).body.items[0].id;
    const scoped = await admin.post('/api/search', { q: 'automobile', scope: { file_ids: [theirs] } });
    expect(scoped.body.items ?? []).toEqual([]);
    expect((await admin.post(path, { model: 'openai/embed-one' })).body.code).toBe('CONFLICT');
  });

  it('take in what is uploaded later, embed no text twice, and forget what is deleted', async () => {
    const id = await upload(admin, 'doctor.md', 'Our physician comes on Mondays.');
    await expect.poll(() => titles(admin, 'doctor'), waiting).toEqual(['doctor.md']);
    const asked = server.state.texts.length;
    const copy = await upload(bob, 'copy.md', 'Our physician comes on Mondays.');
    await expect.poll(async () => (await overview()).indexes[0]?.done, waiting).toBe(5);
    expect(server.state.texts).toHaveLength(asked);
    expect(await titles(bob, 'doctor')).toEqual(['copy.md']);
    expect((await admin.delete(`/api/files/${id}`)).status).toBe(204);
    expect(await titles(admin, 'doctor')).toEqual([]);
    expect(await titles(bob, 'doctor')).toEqual(['copy.md']);
    await bob.delete(`/api/files/${copy}`);
  });

  it('are built anew beside those that are asked, switched in one step, and back', async () => {
    const gate = Promise.withResolvers<void>();
    server.state.held = { model: 'embed-two', until: gate.promise };
    expect((await admin.post(path, { model: 'openai/embed-two' })).status).toBe(202);
    expect(await states()).toEqual({ building: 'openai/embed-two', active: 'openai/embed-one' });
    expect(await titles(admin, 'automobile')).toEqual(['car.md']);
    server.state.held = undefined;
    gate.resolve();
    await active('embed-two');
    expect(await states()).toEqual({ active: 'openai/embed-two', previous: 'openai/embed-one' });
    expect(await titles(admin, 'automobile')).toEqual(['car.md']);
    // What comes after the switch is in the earlier index too.
    await upload(admin, 'wages.md', 'The wages come at the end of the month.');
    await expect.poll(() => titles(admin, 'salary'), waiting).toEqual(['wages.md']);
    const back = await admin.post(`${path}/rollback`);
    expect([back.status, back.body.indexes.length]).toEqual([200, 2]);
    expect(await states()).toEqual({ active: 'openai/embed-one', previous: 'openai/embed-two' });
    await expect.poll(() => titles(admin, 'salary'), waiting).toEqual(['wages.md']);
  });

  it('can be given up while they are built, and the others stay', async () => {
    const gate = Promise.withResolvers<void>();
    server.state.held = { model: 'embed-two', until: gate.promise };
    await admin.delete(path);
    await admin.post(path, { model: 'openai/embed-one' });
    await active('embed-one');
    await admin.post(path, { model: 'openai/embed-two' });
    expect((await admin.post(`${path}/cancel`)).body.indexes).toMatchObject([{ model: 'openai/embed-one' }]);
    server.state.held = undefined;
    gate.resolve();
    expect((await admin.post(`${path}/cancel`)).body.code).toBe('CONFLICT');
    const left = async () => (await database().db.selectFrom('embedding_indexes').select('state').execute()).length;
    await expect.poll(left, waiting).toBe(1);
    expect(await titles(admin, 'automobile')).toEqual(['car.md']);
  });

  it('fall back to words while the model is away, and say why it does not go on', async () => {
    server.state.refuse = true;
    await upload(admin, 'new.md', 'Something new about beekeeping.');
    expect(await titles(admin, 'beekeeping')).toEqual(['new.md']);
    await expect.poll(async () => (await overview()).indexes.some(({ error }) => error), waiting).toBeTruthy();
    expect((await admin.post(path, { model: 'openai/embed-two' })).status).toBeGreaterThanOrEqual(409);
    server.state.refuse = false;
  });

  it('are switched off with all that they stored', async () => {
    expect((await admin.delete(path)).body.indexes).toEqual([]);
    await expect
      .poll(async () => (await database().db.selectFrom('passage_vectors').select('place').execute()).length, waiting)
      .toBe(0);
    expect(await titles(admin, 'tomatoes')).toEqual(['garden.md']);
    expect((await admin.post(`${path}/rollback`)).body.code).toBe('CONFLICT');
  });

  it('are the admin’s alone, and take nothing that is not asked for', async () => {
    for (const call of [
      () => bob.get(path),
      () => bob.post(path, { model: 'openai/embed-one' }),
      () => bob.post(`${path}/estimate`, { model: 'openai/embed-one' }),
      () => bob.post(`${path}/rollback`),
      () => bob.post(`${path}/cancel`),
      () => bob.delete(path),
    ])
      expect((await call()).status).toBe(403);
    expect((await app.stranger().get(path)).status).toBe(401);
    expect((await admin.post(path, { model: 'openai/nothing' })).body.code).toBe('MODEL_NOT_FOUND');
    expect((await admin.post(path, { model: 'openai/chat-only' })).body.code).toBe('MODEL_NOT_FOUND');
    expect((await admin.post(path, { model: 'openai/embed-one', user_id: 'x' })).status).toBe(400);
  });

  it('stand in the audit log, by the name of the model', async () => {
    const { body } = await admin.get('/api/admin/audit?action=embeddings.started');
    expect(body.items[0]).toMatchObject({ action: 'embeddings.started', target: { name: 'openai/embed-two' } });
  });
});

it('follow EMBEDDING_MODEL by themselves, and let nobody choose another', async () => {
  const server = await createEmbeddingServer();
  const env = { OPENAI_API_KEY: 'sk-test', OPENAI_BASE_URL: server.url, EMBEDDING_MODEL: 'openai/embed-two' };
  const app = await createTestApp({ env });
  const admin = await app.person('admin');
  await expect
    .poll(async () => (await admin.get(path)).body.indexes, waiting)
    .toMatchObject([{ model: 'openai/embed-two', state: 'active' }]);
  expect((await admin.get(path)).body.locked).toBe('openai/embed-two');
  for (const answer of [await admin.post(path, { model: 'openai/embed-one' }), await admin.delete(path)])
    expect(answer.body).toMatchObject({ code: 'CONFLICT', message: expect.stringContaining('EMBEDDING_MODEL') });
  await app.close();
  await server.close();
});

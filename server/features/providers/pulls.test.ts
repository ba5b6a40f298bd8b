import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestApp, type TestApp } from '../../../test/app.ts';
import type { Client } from '../../../test/client.ts';
import { describeEachDatabase } from '../../../test/databases.ts';
import { createFakeLlm, type FakeLlm } from '../../../test/fake-llm/server.ts';
import type { Pull } from '../../../shared/api/providers.ts';
import { AppError } from '../../lib/errors.ts';
import type { PullProgress } from '../../platform/llm/driver.ts';
import type { ModelService } from '../models/service.ts';
import { createPullService } from './pulls.ts';

const path = '/api/admin/providers/ollama';

describeEachDatabase('the models on an Ollama server', (database) => {
  let app: TestApp;
  let fake: FakeLlm;
  let admin: Client;
  beforeAll(async () => {
    fake = await createFakeLlm();
    app = await createTestApp({ env: { OLLAMA_URL: fake.url, DATABASE_URL: database().url } });
    admin = await app.person('admin');
  });
  afterAll(async () => {
    await app.close();
    await fake.close();
  });

  const pulls = async (): Promise<Pull[]> => (await admin.get(`${path}/pulls`)).body.items;
  const listed = async (): Promise<string[]> => (await admin.get(path)).body.listed_models;

  it('are loaded in the background, shown, and deleted', async () => {
    const begun = await admin.post(`${path}/pulls`, { model: 'qwen3:8b' });
    expect([begun.status, begun.body]).toMatchObject([202, { state: 'queued', model: 'qwen3:8b', provider: 'ollama' }]);
    await expect.poll(async () => (await pulls())[0]?.state, { timeout: 20_000 }).toBe('done');
    expect(await listed()).toContain('qwen3:8b');
    expect((await admin.get(`${path}/models?name=qwen3:8b`)).body).toMatchObject({
      name: 'qwen3:8b',
      capabilities: expect.arrayContaining(['completion']),
    });
    await admin.post('/api/chat/message', { content: 'Hello', model: 'ollama/qwen3:8b' });
    expect((await admin.get(`${path}/running`)).body.items).toMatchObject([{ name: 'qwen3:8b' }]);
    for (let n = 0; n < 2; n += 1) expect((await admin.delete(`${path}/models?name=qwen3:8b`)).status).toBe(204);
    expect(await listed()).not.toContain('qwen3:8b');
    expect((await admin.get(`${path}/models?name=qwen3:8b`)).status).toBe(404);
    const actions = (await admin.get('/api/admin/audit')).body.items.map(({ action }: { action: string }) => action);
    expect(actions).toEqual(expect.arrayContaining(['model.pulled', 'model.deleted']));
  });

  it('say why they could not be loaded', async () => {
    await admin.post(`${path}/pulls`, { model: 'no-such-model' });
    await expect.poll(async () => (await pulls())[0]?.state, { timeout: 20_000 }).toBe('failed');
    expect((await pulls())[0]?.error).toMatch(/\S/);
  });

  it('are asked for by names alone', async () => {
    for (const model of ['', '../etc', 'http://evil.example/x', 'a b', 'x'.repeat(191)])
      expect([model, (await admin.post(`${path}/pulls`, { model })).status]).toEqual([model, 400]);
    expect((await admin.post('/api/admin/providers/librarian/pulls', { model: 'llama3.2' })).status).toBe(404);
    expect((await admin.post('/api/admin/providers/nobody/pulls', { model: 'llama3.2' })).status).toBe(404);
  });

  /** A server that loads only as far as it is let. */
  const slow = (pull: (model: string, signal: AbortSignal) => AsyncIterable<PullProgress>) =>
    createPullService({
      db: database().db,
      models: {
        slots: () => Promise.resolve([{ plan: { id: 'slow' }, current: { provider: { manage: { pull } } } }]),
        lookAt: () => Promise.resolve(),
      } as unknown as ModelService,
      jobs: { enqueue: () => Promise.resolve() },
      audit: { record: () => Promise.resolve() },
      now: () => 1_900_000_000_000,
      beatMs: 10,
    });
  const context = (lastAttempt = false) => ({
    signal: new AbortController().signal,
    progress: () => undefined,
    attempt: 1,
    lastAttempt,
  });

  it('are loaded once, however often that is asked for; a cancel ends the download', async () => {
    const stopped = Promise.withResolvers<void>();
    const service = slow(async function* (_model, signal) {
      signal.addEventListener('abort', () => stopped.resolve());
      yield { status: 'pulling', completed: 1, total: 4 };
      await stopped.promise;
      signal.throwIfAborted();
    });
    const first = await service.begin('slow', 'llama3.2');
    expect((await service.begin('slow', 'llama3.2')).id).toBe(first.id);
    const running = service.run(first.id, context());
    const seen = async () => (await service.list('slow', { limit: 10 })).items[0];
    await expect.poll(seen).toMatchObject({ state: 'running', status: 'pulling', completed: 1, total: 4 });
    await service.cancel('ollama', first.id);
    expect(await seen()).toMatchObject({ state: 'running' });
    await service.cancel('slow', first.id);
    await running;
    expect(await seen()).toMatchObject({ state: 'cancelled', completed: 1, total: 4 });
    await service.run(first.id, context());
    expect(await seen()).toMatchObject({ state: 'cancelled' });
  });

  it('are tried again where the server was away, and given up at the last attempt', async () => {
    const service = slow(() => {
      throw new AppError('PROVIDER_UNREACHABLE');
    });
    const { id } = await service.begin('slow', 'qwen3');
    await expect(service.run(id, context())).rejects.toMatchObject({ code: 'PROVIDER_UNREACHABLE' });
    const seen = async () => (await service.list('slow', { limit: 1 })).items[0];
    expect(await seen()).toMatchObject({ state: 'running' });
    await service.run(id, context(true));
    expect(await seen()).toMatchObject({ state: 'failed', error: 'The model server could not be reached.' });
  });
});

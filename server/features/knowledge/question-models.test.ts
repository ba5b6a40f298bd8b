import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { createTestApp, type TestApp } from '../../../test/app.ts';
import type { Client } from '../../../test/client.ts';
import { describeEachDatabase } from '../../../test/databases.ts';
import { createRerankServer } from '../reranking/rerank-server.fixture.ts';

const path = '/api/saved-questions/runs';

describeEachDatabase('saved questions, asked with a model', (database) => {
  let app: TestApp;
  let server: Awaited<ReturnType<typeof createRerankServer>>;
  let admin: Client;
  let ada: Client;
  let clock = Date.now();
  const conversations: string[] = [];

  beforeAll(async () => {
    server = await createRerankServer();
    app = await createTestApp({
      env: { DATABASE_URL: database().url, OPENAI_API_KEY: 'sk-test', OPENAI_BASE_URL: server.url },
      overrides: { now: () => clock },
    });
    admin = await app.person('admin');
    ada = await app.person('ada');
    await admin.patch('/api/settings/finding', { rerank: 'reranker', rerank_model: 'openai/judge' });
    for (const name of ['mill', 'church', 'lighthouse'])
      await ada.uploadAndWait(`${name}.md`, `The tower of the ${name} was painted.`, 'text/markdown');
    for (const content of ['Which tower was painted?', 'What was painted, the tower?', 'Was a tower painted?']) {
      const [meta] = await ada.chat({ content, model: 'librarian/librarian' });
      if (meta?.event !== 'meta') throw new Error('no meta');
      conversations.push(meta.data.conversation_id ?? '');
      await ada.post('/api/feedback', { message_id: meta.data.message_id, rating: 'down' });
    }
  });
  afterAll(async () => {
    await app.close();
    await server.close();
  });
  beforeEach(() => {
    server.state.refuse = false;
    server.state.asked.length = 0;
    // Past the pause that a model which failed is given.
    clock += 60_000;
  });

  /** Begins a run whose model does not answer before it is let go. */
  async function begun(who: Client, at: string, options: { signal?: AbortSignal } = {}) {
    const gate = Promise.withResolvers<void>();
    server.state.held = gate.promise;
    const run = who.call('POST', at, undefined, options);
    run.catch(() => undefined);
    await expect.poll(() => server.state.asked.length).toBeGreaterThan(0);
    return {
      run,
      letGo(): void {
        server.state.held = undefined;
        gate.resolve();
      },
    };
  }

  it('say for how many the model was missing', async () => {
    const whole = (await ada.post(path)).body;
    expect(whole).toMatchObject({
      setup: { rerank: 'openai/judge' },
      totals: { questions: 3, without_rerank: 0, without_embedding: 0 },
    });
    server.state.refuse = true;
    const lacking = (await ada.post(path)).body;
    expect(lacking.totals).toMatchObject({ questions: 3, without_rerank: 3 });
    expect(lacking.items.map(({ without }: { without: string[] }) => without)).toEqual([
      ['rerank'],
      ['rerank'],
      ['rerank'],
    ]);
    expect((await ada.get(`${path}/${lacking.id}`)).body).toEqual(lacking);
    expect((await admin.post('/api/admin/saved-questions/runs')).body.totals).toMatchObject({ without_rerank: 3 });
  });

  it('are asked once at a time, for each person and for all', async () => {
    const { run, letGo } = await begun(ada, path);
    const again = await ada.post(path);
    expect([again.status, again.body.code, again.body.message]).toEqual([
      409,
      'CONFLICT',
      expect.stringContaining('Wait'),
    ]);
    expect((await ada.post('/api/saved-questions/check')).status).toBe(409);
    const all = admin.post('/api/admin/saved-questions/runs');
    letGo();
    expect([(await run).status, (await all).status, (await ada.post(path)).status]).toEqual([201, 201, 201]);
  });

  it('end when whoever asks them leaves, and nothing of that is kept', async () => {
    const before = (await ada.get(path)).body.items.length;
    const leave = new AbortController();
    const { run, letGo } = await begun(ada, path, { signal: leave.signal });
    leave.abort();
    // Its question to the model is taken back.
    await expect.poll(() => server.state.left).toBe(1);
    await expect(run).rejects.toThrow();
    letGo();
    await expect.poll(async () => (await ada.post('/api/saved-questions/check')).status).toBe(200);
    expect((await ada.get(path)).body.items).toHaveLength(before);
  });

  it('are kept without one that is deleted meanwhile', async () => {
    const { run, letGo } = await begun(ada, path);
    await ada.delete(`/api/conversations/${conversations[0]}`);
    letGo();
    const { status, body } = await run;
    expect([status, body.totals.questions, body.items.length]).toEqual([201, 2, 2]);
    expect((await ada.get(`${path}/${body.id}`)).body).toEqual(body);
  });
});

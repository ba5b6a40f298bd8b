import { afterAll, beforeAll, expect, it } from 'vitest';
import type { TestApp } from '../../../test/app.ts';
import { createTestChat } from '../../../test/chat.ts';
import type { Client } from '../../../test/client.ts';
import { describeEachDatabase } from '../../../test/databases.ts';
import type { FakeLlm } from '../../../test/fake-llm/server.ts';
import { createEmbeddingServer, type EmbeddingServer } from '../embeddings/embedding-server.fixture.ts';

describeEachDatabase('memories by what they mean', (database) => {
  let llm: FakeLlm;
  let server: EmbeddingServer;
  let app: TestApp;
  let admin: Client;
  let anna: Client;
  let ben: Client;

  beforeAll(async () => {
    server = await createEmbeddingServer();
    ({ app, llm } = await createTestChat({ env: { DATABASE_URL: database().url } }));
    admin = await app.person('admin');
    anna = await app.person('anna');
    ben = await app.person('ben');
    const provider = {
      id: 'vectors',
      name: 'Vectors',
      kind: 'openai-compatible',
      base_url: server.url,
      api_key: 'sk-2',
    };
    await admin.post('/api/admin/providers', provider);
  });
  afterAll(async () => {
    await app.close();
    await server.close();
  });

  const filler = (who: string, n: number): string =>
    `${who} ${n}: ${Array.from({ length: 40 }, (_, at) => `detail${n}x${at}`).join(' ')}`.slice(0, 330);
  /** Long, so that there is no room left for it beside the others. */
  const long = (fact: string): string => `${fact} ${filler('Else', 99)}`;
  /** More than fits, with the one that matters the oldest. */
  async function fill(who: Client, fact: string): Promise<void> {
    await who.post('/api/memories', { content: long(fact) });
    for (let n = 0; n < 20; n += 1) await who.post('/api/memories', { content: filler('Note', n) });
  }
  const told = async (who: Client, content: string): Promise<string> => {
    await who.chat({ content });
    return JSON.stringify(llm.requests.at(-1)?.body['messages']);
  };
  const vectors = () => database().db.selectFrom('memory_vectors').selectAll().execute();

  it('are found by words alone where nothing embeds', async () => {
    await fill(anna, 'Her automobile: red.');
    await fill(ben, 'His vehicle: blue.');
    expect(await told(anna, 'Which automobile is it?')).toContain('automobile: red');
    expect(await told(anna, 'Which car is it?')).not.toContain('automobile: red');
    expect(await vectors()).toEqual([]);
  });

  it('are found by meaning as soon as there are embeddings, each by the one whose they are', async () => {
    expect((await admin.post('/api/admin/embeddings', { model: 'vectors/embed-one' })).status).toBe(202);
    await expect
      .poll(async () => (await told(anna, 'Which car is it?')).includes('automobile: red'), { timeout: 20_000 })
      .toBe(true);
    expect(await told(anna, 'Which car is it?')).not.toContain('vehicle: blue');
    await expect
      .poll(async () => (await told(ben, 'Which car is it?')).includes('vehicle: blue'), { timeout: 20_000 })
      .toBe(true);
    await expect.poll(async () => (await vectors()).length, { timeout: 20_000 }).toBe(42);
  });

  it('are forgotten and changed with their vectors', async () => {
    const [red] = (await anna.get('/api/memories?q=automobile')).body.items;
    await anna.patch(`/api/memories/${red.id}`, { content: long('Her physician: Dr Ida.') });
    expect((await vectors()).map(({ memory_id }) => memory_id)).not.toContain(red.id);
    expect(await told(anna, 'Which car is it?')).not.toContain('physician: Dr Ida');
    await expect
      .poll(async () => (await told(anna, 'Who is the doctor?')).includes('physician: Dr Ida'), { timeout: 20_000 })
      .toBe(true);
    await anna.delete('/api/memories');
    expect(await vectors()).toHaveLength(21);
  });

  it('are found by meaning beside one that the model refuses, which is not tried again at each question', async () => {
    const carl = await app.person('carl');
    await fill(carl, 'His car: green.');
    await carl.post('/api/memories', { content: long('Unspeakable.') });
    server.state.dislikes = 'Unspeakable';
    await told(carl, 'Which vehicle is his?');
    await expect.poll(async () => (await vectors()).length, { timeout: 20_000 }).toBe(42);
    expect(await told(carl, 'Which automobile is his?')).toContain('car: green');
    await told(carl, 'Which car is his?');
    // The batch, and the one by itself.
    expect(server.state.refused).toBe(2);
    server.state.dislikes = undefined;
    await carl.delete('/api/memories');
  });

  it('are found by words where the model is away', async () => {
    server.state.refuse = true;
    const prompt = await told(ben, 'Which vehicle did I mean by that?');
    expect(prompt).toContain('vehicle: blue');
    server.state.refuse = false;
  });

  it('keep no vectors when nothing embeds any more', async () => {
    expect((await vectors()).length).toBeGreaterThan(0);
    expect((await admin.delete('/api/admin/embeddings')).status).toBe(200);
    await expect.poll(async () => (await vectors()).length, { timeout: 20_000 }).toBe(0);
  });
});

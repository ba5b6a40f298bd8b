import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { TestApp } from '../../../test/app.ts';
import { createTestChat } from '../../../test/chat.ts';
import type { Client } from '../../../test/client.ts';
import { describeEachDatabase } from '../../../test/databases.ts';
import type { FakeLlm } from '../../../test/fake-llm/server.ts';
import { askedToRemember } from './words.ts';

describe('being asked to remember', () => {
  it.each([
    ['Remember that I am left-handed.', 'I am left-handed'],
    ['Please remember: my dog is called Ida', 'my dog is called Ida'],
    ['Merk dir, dass ich in Graz wohne.', 'ich in Graz wohne'],
    ['Merke dir bitte, dass ich Vegetarier bin', 'ich Vegetarier bin'],
    ['Do you remember that day?', null],
    ['Remember the Alamo?', null],
    ['I cannot remember that at all.', null],
  ])('%s', (said, fact) => expect(askedToRemember(said)).toBe(fact));
});

describeEachDatabase('memories', (database) => {
  let llm: FakeLlm;
  let app: TestApp;
  let anna: Client;
  let ben: Client;

  beforeAll(async () => {
    ({ app, llm } = await createTestChat({ env: { DATABASE_URL: database().url } }));
    await app.person('admin');
    anna = await app.person('anna');
    ben = await app.person('ben');
  });
  afterAll(() => app.close());
  beforeEach(async () => {
    llm.script({});
    await anna.delete('/api/memories');
    await anna.patch('/api/memories/settings', { enabled: true, learns: false });
  });

  const list = async (who: Client) =>
    (await who.get('/api/memories')).body.items as { id: string; content: string; origin: string; enabled: boolean }[];
  const prompt = () =>
    ((llm.requests.at(-1)?.body['messages'] ?? []) as { content: string }[]).map(({ content }) => content).join('\n');
  const settled = async (count: number) => {
    await expect.poll(async () => (await list(anna)).length).toBe(count);
    return list(anna);
  };
  const conversationOf = async (content: string): Promise<string> => {
    const [meta] = await anna.chat({ content });
    return meta?.event === 'meta' ? String(meta.data.conversation_id) : '';
  };

  it('are written, changed, switched off and deleted by the person', async () => {
    const { status, body } = await anna.post('/api/memories', { content: '  I sail a boat called Nore. ' });
    expect(status).toBe(201);
    expect(body).toMatchObject({ content: 'I sail a boat called Nore.', enabled: true, origin: 'said' });
    expect((await anna.get(`/api/memories/${body.id}`)).body).toEqual(body);
    expect((await anna.get('/api/memories?q=NORE')).body.items).toHaveLength(1);
    expect((await anna.patch(`/api/memories/${body.id}`, { content: 'I sail Nore II.' })).body.content).toBe(
      'I sail Nore II.',
    );
    await anna.chat({ content: 'Hello' });
    expect(prompt()).toContain('- I sail Nore II.');
    await anna.patch(`/api/memories/${body.id}`, { enabled: false });
    await anna.chat({ content: 'Hello' });
    expect(prompt()).not.toContain('Nore');
    expect((await anna.delete(`/api/memories/${body.id}`)).status).toBe(204);
    expect((await anna.get(`/api/memories/${body.id}`)).status).toBe(404);
    expect(await database().db.selectFrom('memories').selectAll().where('id', '=', body.id).execute()).toEqual([]);
  });

  it('are kept once, however they are written', async () => {
    await anna.post('/api/memories', { content: 'I live in Graz' });
    expect(await anna.post('/api/memories', { content: 'I live, in GRAZ!' })).toMatchObject({
      status: 409,
      body: { code: 'CONFLICT' },
    });
    expect(await list(anna)).toHaveLength(1);
    expect((await ben.post('/api/memories', { content: 'I live in Graz' })).status).toBe(201);
  });

  it('are nobody else’s', async () => {
    const { body } = await anna.post('/api/memories', { content: 'My locker code hangs behind the clock.' });
    expect((await ben.get(`/api/memories/${body.id}`)).status).toBe(404);
    expect((await ben.patch(`/api/memories/${body.id}`, { content: 'Mine now' })).status).toBe(404);
    expect((await ben.delete(`/api/memories/${body.id}`)).status).toBe(204);
    expect((await ben.get('/api/memories?q=locker')).body.items).toEqual([]);
    await ben.chat({ content: 'What is the locker code?' });
    expect(prompt()).not.toContain('clock');
    expect((await app.stranger().get('/api/memories')).status).toBe(401);
    expect(await list(anna)).toHaveLength(1);
  });

  it('are made by asking for it in a chat, and used in the next one', async () => {
    await anna.chat({ content: 'Remember that I am left-handed.' });
    const [memory] = await settled(1);
    expect(memory).toMatchObject({ content: 'I am left-handed', origin: 'said' });
    await anna.chat({ content: 'Which scissors?' });
    expect(prompt()).toContain('I am left-handed');
  });

  it('are used in no conversation that is without them, and nowhere once they are switched off', async () => {
    await anna.post('/api/memories', { content: 'I am left-handed' });
    const id = await conversationOf('Hello');
    expect((await anna.patch(`/api/conversations/${id}`, { memory: false })).body.memory).toBe(false);
    await anna.chat({ content: 'Which scissors?', conversation_id: id });
    expect(prompt()).not.toContain('left-handed');
    await anna.chat({ content: 'Which scissors?', temporary: true });
    expect(prompt()).not.toContain('left-handed');
    await anna.patch('/api/memories/settings', { enabled: false });
    await anna.chat({ content: 'Which scissors?' });
    expect(prompt()).not.toContain('left-handed');
  });

  it('are learned only where the person wants it, from what they say alone', async () => {
    const carla = await app.person('carla');
    expect((await carla.get('/api/memories/settings')).body).toEqual({ enabled: true, learns: false });
    await carla.patch('/api/memories/settings', { learns: true });
    llm.script({ text: 'Noted.', next: { text: '- The person keeps bees.\n- The person lives in Graz.' } });
    await carla.chat({ content: 'I keep bees near my house in Graz.' });
    await expect.poll(async () => (await list(carla)).length).toBe(2);
    const facts = await list(carla);
    expect(facts.map(({ content, origin }) => `${origin}: ${content}`).sort()).toEqual([
      'learned: The person keeps bees.',
      'learned: The person lives in Graz.',
    ]);
    expect(prompt()).toContain('I keep bees near my house in Graz.');
    expect(prompt()).not.toContain('Noted.');
  });

  it('refuse what is empty, too long or unknown', async () => {
    for (const body of [{ content: '' }, { content: 'x'.repeat(501) }, { content: 'fine', user_id: anna.id }, {}])
      expect((await anna.post('/api/memories', body)).status).toBe(400);
  });
});

import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestApp, type TestApp } from '../../../test/app.ts';
import type { Client, Json } from '../../../test/client.ts';
import { describeEachDatabase } from '../../../test/databases.ts';
import { createFakeLlm, type FakeLlm } from '../../../test/fake-llm/server.ts';

describeEachDatabase('assistants', (database) => {
  let llm: FakeLlm;
  let app: TestApp;
  let admin: Client;
  let ada: Client;
  let bob: Client;
  let eve: Client;
  const people = () => [admin, ada, bob, eve] as const;
  beforeAll(async () => {
    llm = await createFakeLlm();
    app = await createTestApp({
      env: {
        DATABASE_URL: database().url,
        OPENAI_BASE_URL: `${llm.url}/v1`,
        OPENAI_API_KEY: 'sk-test',
        DEFAULT_AI_PROVIDER: 'openai',
      },
    });
    [admin, ada, bob, eve] = [
      await app.person('admin'),
      await app.person('ada'),
      await app.person('bob'),
      await app.person('eve'),
    ];
  });
  afterAll(async () => {
    await app.close();
    await llm.close();
  });

  const make = async (who: Client, body: object): Promise<Json> => {
    const made = await who.post('/api/assistants', body);
    expect(made.status).toBe(201);
    return made.body;
  };
  const ask = async (who: Client, body: object): Promise<Json> => (await who.post('/api/chat/message', body)).body;
  const sent = (): Json => llm.requests.at(-1)?.body;
  /** What the model was last told before anything was said. */
  const told = (): string => {
    const { messages } = sent() as { messages: { role: string; content: string }[] };
    return messages.find(({ role }) => role === 'system')?.content ?? '';
  };

  it('answer with their instructions, model and options, in this and the next questions', async () => {
    const [, owner] = people();
    const models = (await owner.get('/api/models')).body.items as { id: string; kind: string }[];
    const model = models.filter(({ kind, id }) => kind === 'chat' && id.startsWith('openai/')).at(-1)?.id;
    const pirate = await make(owner, {
      name: 'Pirate',
      emoji: '🏴‍☠️',
      system: 'Speak as a pirate.',
      model,
      options: { temperature: 0.3 },
      tools: ['calculator'],
      starters: ['Where is the treasure?'],
    });
    expect(pirate).toMatchObject({
      name: 'Pirate',
      emoji: '🏴‍☠️',
      can_edit: true,
      everyone: false,
      owner: { id: owner.id },
    });

    const first = await ask(owner, { content: 'Hello', assistant_id: pirate.id, system: 'Be brief.' });
    expect(told()).toBe('Speak as a pirate.\n\nBe brief.');
    expect(sent()).toMatchObject({ model: model?.slice('openai/'.length), temperature: 0.3 });
    expect(sent().tools).toHaveLength(1);
    const mark = { id: pirate.id, name: 'Pirate', emoji: '🏴‍☠️' };
    expect([first.message.assistant, first.user_message.assistant]).toEqual([mark, null]);
    const talk = first.conversation_id as string;
    expect((await owner.get(`/api/conversations/${talk}`)).body).toMatchObject({
      assistant_id: pirate.id,
      model: null,
    });

    const second = await ask(owner, { content: 'And then?', conversation_id: talk, tools: false });
    expect([told(), second.message.assistant, second.message.model]).toEqual(['Speak as a pirate.', mark, model]);
    expect(sent().tools).toBeUndefined();

    const again = await owner.openStream('POST', '/api/chat/regenerate', { message_id: first.message.id });
    expect(await again.text()).toContain('"assistant":{');
    expect(told()).toBe('Speak as a pirate.');

    await ask(owner, { content: 'Plainly', conversation_id: talk, assistant_id: null });
    expect(told()).toBe('');
    expect((await owner.get(`/api/conversations/${talk}`)).body.assistant_id).toBeNull();
    await owner.patch(`/api/conversations/${talk}`, { assistant_id: pirate.id });
    await owner.chat({ content: 'Hidden', temporary: true, assistant_id: pirate.id });
    expect(told()).toBe('Speak as a pirate.');

    expect((await owner.delete(`/api/assistants/${pirate.id}`)).status).toBe(204);
    const kept = (await owner.get(`/api/conversations/${talk}/messages`)).body.items as Json[];
    expect(kept.filter(({ assistant }) => assistant?.name === 'Pirate')).toHaveLength(3);
    const after = await ask(owner, { content: 'Still there?', conversation_id: talk });
    expect([told(), after.message.assistant, after.message.status]).toEqual(['', null, 'complete']);
    expect((await owner.post('/api/chat/message', { content: 'x', assistant_id: pirate.id })).status).toBe(404);
  });

  it('are used by whom they are shared with, changed by their owner, and offered to everyone by admins', async () => {
    const [boss, owner, friend, other] = people();
    const cook = await make(owner, { name: 'Cook', system: 'You cook.' });
    const path = `/api/assistants/${cook.id}`;
    const seen = async (who: Client) => ((await who.get('/api/assistants')).body.items as Json[]).map(({ id }) => id);
    expect((await owner.put(`${path}/shares`, { user_id: friend.id })).status).toBe(204);
    expect((await owner.put(`${path}/shares`, { user_id: friend.id })).status).toBe(204);
    expect((await owner.get(`${path}/shares`)).body.items).toEqual([
      { user_id: friend.id, group_id: null, name: 'bob' },
    ]);
    expect([await seen(friend), await seen(other)]).toEqual([[cook.id], []]);
    expect((await ask(friend, { content: 'Soup?', assistant_id: cook.id })).message.assistant.name).toBe('Cook');
    for (const refused of [
      await friend.patch(path, { name: 'Mine' }),
      await friend.delete(path),
      await friend.get(`${path}/shares`),
      await friend.put(`${path}/shares`, { user_id: other.id }),
      await friend.call('DELETE', `${path}/shares`, { user_id: other.id }),
      await owner.patch(path, { everyone: true }),
      await owner.post('/api/assistants', { name: 'For all', everyone: true }),
    ])
      expect([refused.status, refused.body.code]).toEqual([403, 'FORBIDDEN']);
    expect((await friend.call('DELETE', `${path}/shares`, { user_id: friend.id })).status).toBe(204);
    expect((await friend.get(path)).status).toBe(404);

    const group = (await boss.post('/api/admin/groups', { name: 'Kitchen' })).body.id as string;
    await boss.put(`/api/admin/groups/${group}/members/${other.id}`);
    expect((await owner.put(`${path}/shares`, { group_id: group })).status).toBe(204);
    expect([await seen(friend), await seen(other)]).toEqual([[], [cook.id]]);
    const talk = (await ask(other, { content: 'Soup?', assistant_id: cook.id })).conversation_id as string;
    await boss.delete(`/api/admin/groups/${group}/members/${other.id}`);
    expect((await other.get(path)).status).toBe(404);
    const later = await ask(other, { content: 'And now?', conversation_id: talk });
    expect([told(), later.message.assistant]).toEqual(['', null]);

    const common = await make(boss, { name: 'House style', everyone: true });
    expect(await seen(friend)).toEqual([common.id]);
    expect((await friend.get(`/api/assistants/${common.id}`)).body).toMatchObject({ can_edit: false, everyone: true });
    await boss.put('/api/admin/permissions', { 'assistants.share': false });
    expect((await owner.put(`${path}/shares`, { user_id: friend.id })).status).toBe(403);
    await boss.put('/api/admin/permissions', { 'assistants.share': true });
    const log = (await boss.get('/api/admin/audit?action=assistant.shared')).body.items as Json[];
    expect(log.map(({ target, detail }) => [target.name, detail])).toEqual([
      ['House style', { with: 'everyone' }],
      ['Cook', { group_id: group }],
      ['Cook', { user_id: friend.id }],
    ]);
    for (const { id } of [cook, common]) await boss.delete(`/api/assistants/${id}`);
    expect(await seen(friend)).toEqual([]);
    expect(await seen(owner)).toEqual([cook.id]);
  });

  it('look up as the person who asks: what only their owner may read is never told', async () => {
    const [, owner, friend] = people();
    const file = await owner.uploadAndWait('safe.md', '# Safe\n\nThe code of the safe is 7391.\n');
    const collection = (await owner.post('/api/collections', { name: 'House' })).body.id as string;
    await owner.post(`/api/collections/${collection}/sources`, { file_id: file.id });
    const butler = await make(owner, { name: 'Butler', collection_ids: [collection], file_ids: [file.id] });
    const path = `/api/assistants/${butler.id}`;
    await owner.put(`${path}/shares`, { user_id: friend.id });
    const question = { content: 'What is the code of the safe?', assistant_id: butler.id };

    const mine = await ask(owner, question);
    expect([told().includes('7391'), mine.message.sources.length]).toEqual([true, 1]);
    expect((await ask(owner, { ...question, content: 'Zzyzx qwfp?' })).message.sources).toEqual([]);
    const theirs = await ask(friend, question);
    expect([told().includes('7391'), theirs.message.sources]).toEqual([false, []]);
    expect((await friend.get(path)).body).toMatchObject({ collection_ids: [], file_ids: [] });

    await owner.put(`/api/collections/${collection}/shares`, { user_id: friend.id, access: 'read' });
    expect((await friend.get(path)).body.collection_ids).toEqual([collection]);
    expect((await ask(friend, question)).message.sources).toHaveLength(1);
    expect(told()).toContain('7391');
    await owner.call('DELETE', `/api/collections/${collection}/shares`, { user_id: friend.id });
    expect((await ask(friend, question)).message.sources).toEqual([]);

    for (const body of [{ collection_ids: [collection] }, { file_ids: [file.id] }])
      expect((await friend.post('/api/assistants', { name: 'Thief', ...body })).status).toBe(404);
  });

  it('give nobody a model that is not theirs', async () => {
    const [boss, owner] = people();
    const group = (await boss.post('/api/admin/groups', { name: 'Chosen' })).body.id as string;
    const provider = { id: 'dear', kind: 'openai', name: 'Dear', base_url: `${llm.url}/v1`, api_key: 'sk-test' };
    expect((await boss.post('/api/admin/providers', { ...provider, group_ids: [group] })).status).toBe(201);
    const listed = (await boss.get('/api/models')).body.items as { id: string; kind: string }[];
    const dear = listed.find(({ id, kind }) => kind === 'chat' && id.startsWith('dear/'))?.id;
    expect((await owner.post('/api/assistants', { name: 'x', model: dear })).body.code).toBe('MODEL_NOT_FOUND');
    const expert = await make(boss, { name: 'Expert', model: dear, everyone: true });
    const refused = await owner.post('/api/chat/message', { content: 'Hello', assistant_id: expert.id });
    expect(refused.body.code).toBe('MODEL_NOT_FOUND');
    await boss.put(`/api/admin/groups/${group}/members/${owner.id}`);
    expect((await ask(owner, { content: 'Hello', assistant_id: expert.id })).message.model).toBe(dear);
  });

  it('take only what fits', async () => {
    const [, owner] = people();
    for (const body of [
      {},
      { name: ' ' },
      { name: 'x'.repeat(101) },
      { name: 'x', emoji: 'abc' },
      { name: 'x', emoji: '<b>' },
      { name: 'x', tools: ['no_such_tool'] },
      { name: 'x', options: { temperature: 9 } },
      { name: 'x', starters: ['1', '2', '3', '4', '5', '6', '7'] },
      { name: 'x', owner_id: owner.id },
    ])
      expect([body, (await owner.post('/api/assistants', body)).status]).toEqual([body, 400]);
    expect((await app.stranger().get('/api/assistants')).status).toBe(401);
  });
});

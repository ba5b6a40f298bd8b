import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { TestApp } from '../../../../test/app.ts';
import { createTestChat } from '../../../../test/chat.ts';
import type { Client } from '../../../../test/client.ts';
import { describeEachDatabase } from '../../../../test/databases.ts';
import { createMessageRepository } from '../message-repository.ts';
import { newMessage } from '../rows.ts';
import type { FakeLlm } from '../../../../test/fake-llm/server.ts';

type Seen = { role: string; content: string }[];

describeEachDatabase('the window of a model', (database) => {
  let llm: FakeLlm;
  let app: TestApp;
  let anna: Client;

  beforeAll(async () => {
    ({ app, llm } = await createTestChat({ env: { DATABASE_URL: database().url } }));
    await app.person('admin');
    anna = await app.person('anna');
  });
  afterAll(() => app.close());
  beforeEach(() => llm.script({}));

  const asked = (): Seen[] =>
    llm.requests.filter(({ path }) => path.endsWith('/chat/completions')).map(({ body }) => body['messages'] as Seen);
  const paragraph = (at: number): string => `Turn ${at}. ` + 'The harbour master counts the boats again. '.repeat(700);

  /** A conversation of these texts, without a model. */
  async function told(texts: readonly string[]): Promise<{ id: string; leaf: string }> {
    const { body } = await anna.post('/api/conversations', { title: 'Long' });
    let leaf = '';
    for (const [at, content] of texts.entries()) {
      const role = at % 2 === 0 ? 'user' : 'assistant';
      const added = await anna.post(`/api/conversations/${body.id}/messages`, { role, content });
      expect(added.status).toBe(201);
      leaf = added.body.id;
    }
    return { id: body.id, leaf };
  }
  // About 6,300 tokens each: more than a window of 128,000 in all.
  const long = (): string[] => Array.from({ length: 22 }, (_, at) => paragraph(at));

  it('is shown with what fills it', async () => {
    const { id } = await told(['My boat is called Nore.', 'A fine name.']);
    const { body } = await anna.get(`/api/conversations/${id}/context`);
    expect(body).toMatchObject({ model: 'openai/gpt-4o', limit: 128_000, assumed: false, summary: null });
    expect(body.used).toBeGreaterThan(8);
    expect(body.used).toBeLessThan(60);
  });

  it('is counted by the provider, once it has said how much there was', async () => {
    llm.script({ usage: { prompt: 900, completion: 100 } });
    const [first] = await anna.chat({ content: 'Short' });
    if (first?.event !== 'meta') throw new Error('no meta');
    const { body } = await anna.get(`/api/conversations/${first.data.conversation_id}/context`);
    expect(body.used).toBe(1_000);
  });

  it('is made room in by a summary of older turns, that is shown, stored, and used from then on', async () => {
    const { id } = await told(long());
    llm.script({ text: 'They spoke of boats. The harbour master counts them.', next: { text: 'Forty boats.' } });
    const before = asked().length;
    const events = await anna.chat({ content: 'How many boats?', conversation_id: id });
    const summary = events.find(({ event }) => event === 'summary');
    expect(summary?.data).toMatchObject({ text: 'They spoke of boats. The harbour master counts them.', omitted: 0 });
    const calls = asked().slice(before);
    const last = calls.at(-1) ?? [];
    expect(last[0]).toMatchObject({ role: 'system', content: expect.stringContaining('They spoke of boats.') });
    expect(last.at(-1)).toMatchObject({ role: 'user', content: 'How many boats?' });
    expect(last.length).toBeLessThan(20);
    expect(calls.flat().some(({ content }) => content.includes('Turn 0.'))).toBe(true);

    const { items } = (await anna.get(`/api/conversations/${id}/messages?limit=100&order=desc`)).body;
    expect(items[0].parts).toContainEqual({ type: 'summary', ...(summary?.data as object) });

    const again = asked().length;
    const next = await anna.chat({ content: 'And ships?', conversation_id: id });
    expect(next.some(({ event }) => event === 'summary')).toBe(false);
    expect(asked().slice(again)).toHaveLength(1);
    expect(asked().at(-1)?.[0]?.content).toContain('They spoke of boats.');
    const { body } = await anna.get(`/api/conversations/${id}/context`);
    expect(body.summary.text).toBe('They spoke of boats. The harbour master counts them.');
  });

  it('has no summary of another branch, and none of what was changed since', async () => {
    const texts = long();
    const { id } = await told(texts);
    llm.script({ text: 'About boats.' });
    await anna.chat({ content: 'How many boats?', conversation_id: id });
    const { items } = (await anna.get(`/api/conversations/${id}/messages?limit=100`)).body;
    await anna.chat({ content: 'Another way', conversation_id: id, parent_id: items[1].id });
    expect(
      asked()
        .at(-1)
        ?.map(({ role }) => role),
    ).toEqual(['user', 'assistant', 'user']);

    await anna.patch(`/api/messages/${items[0].id}`, { content: 'Something else altogether.' });
    expect((await anna.get(`/api/conversations/${id}/context?message_id=${items.at(-1).id}`)).body.summary).toBeNull();
  });

  it('refuses a question that is too long for it before anything is stored, and says what to do', async () => {
    const { id } = await told(['Hello', 'Hello']);
    const content = 'One boat after the other. '.repeat(30_000);
    const refused = await anna.post('/api/chat/stream', { content, conversation_id: id });
    expect(refused).toMatchObject({ status: 413, body: { code: 'PAYLOAD_TOO_LARGE' } });
    expect(refused.body.detail).toContain('attach the text as a file');
    expect((await anna.get(`/api/conversations/${id}/messages`)).body.items).toHaveLength(2);
  });

  it('keeps the text when no summary could be made, and says why', async () => {
    const { id } = await told(long());
    llm.script({ status: 400, message: 'No summaries today.' });
    const events = await anna.chat({ content: 'How many boats?', conversation_id: id });
    expect(events.at(-1)).toMatchObject({ event: 'error', data: { code: 'PROVIDER_ERROR' } });
  });

  it('reads and summarises of a conversation of thousands what is near its end, and says what it leaves out', async () => {
    const lines = Array.from({ length: 3_000 }, (_, at) => ({
      role: at % 2 ? 'assistant' : 'user',
      content: paragraph(at).slice(0, 3_000),
    }));
    const { id } = await told(['Hello', 'Hello']);
    let parentId: string | null = null;
    const rows = lines.map(({ role, content }, at) => {
      const row = newMessage({ conversationId: id, parentId, role: role as 'user', content, at: Date.now() + at });
      parentId = row.id;
      return row;
    });
    await createMessageRepository(database().db).insert(rows);
    llm.script({ text: 'A long talk about boats.' });
    const events = await anna.chat({ content: 'How many?', conversation_id: id, parent_id: parentId });
    const summary = events.find(({ event }) => event === 'summary');
    if (summary?.event !== 'summary') throw new Error('nothing was summarised');
    const { text, turns, omitted } = summary.data;
    expect(text).toBe('A long talk about boats.');
    expect(omitted).toBeGreaterThan(1_000);
    expect(turns + omitted).toBeLessThanOrEqual(3_000);
    expect(asked().at(-1)?.[0]?.content).toContain(`${omitted} messages before those are not in the record`);
  });
});

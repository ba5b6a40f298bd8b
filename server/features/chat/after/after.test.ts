import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { TestApp } from '../../../../test/app.ts';
import { createTestChat } from '../../../../test/chat.ts';
import type { Client } from '../../../../test/client.ts';
import type { FakeLlm } from '../../../../test/fake-llm/server.ts';
import { readFollowUps } from './follow-ups.ts';
import { readFacts } from './learn.ts';
import { readTitle } from './titles.ts';

describe('what models write', () => {
  it('is read as a title without marks, quotes and full stops', () => {
    expect(readTitle('**Title: "Boats in Bergen".**\nMore text')).toBe('Boats in Bergen');
    expect(readTitle('„Boote im Hafen“')).toBe('Boote im Hafen');
    expect(readTitle('')).toBeNull();
    expect(readTitle('I would be glad to help you with that. '.repeat(5))).toBeNull();
  });
  it('is read as three questions at most', () => {
    expect(readFollowUps('Here you are:\n1. How old?\n2) How long?\n- How long?\n* "Why?"\n• Who?')).toEqual([
      'How old?',
      'How long?',
      'Why?',
    ]);
  });
  it('is read as facts, or none', () => {
    expect(readFacts('NONE')).toEqual([]);
    expect(readFacts('- The person sails.\n\n<known>')).toEqual(['The person sails.']);
  });
});

describe('after an answer', () => {
  let llm: FakeLlm;
  let app: TestApp;
  let anna: Client;
  let ben: Client;

  beforeAll(async () => {
    ({ app, llm } = await createTestChat({ env: { CHAT_TITLES: 'model' } }));
    await app.person('admin');
    anna = await app.person('anna');
    ben = await app.person('ben');
  });
  afterAll(() => app.close());
  beforeEach(() => llm.script({}));

  const chat = async (content: string, more: object = {}) => {
    const events = await anna.chat({ content, ...more });
    const [meta] = events;
    if (meta?.event !== 'meta') throw new Error('no meta');
    return { events, id: String(meta.data.conversation_id), messageId: meta.data.message_id };
  };
  const titleOf = async (id: string): Promise<string> => (await anna.get(`/api/conversations/${id}`)).body.title;

  it('a conversation is named by the model, and the answer has not waited for it', async () => {
    const { promise: until, resolve: open } = Promise.withResolvers<void>();
    llm.script({ text: 'They are red.', next: { text: '"Red Boats".', hold: { after: 0, until } } });
    const { events, id } = await chat('What colour are the boats?');
    expect(events.at(-1)?.event).toBe('done');
    expect(await titleOf(id)).toBe('What colour are the boats?');
    open();
    await expect.poll(() => titleOf(id)).toBe('Red Boats');
  });

  it('a name that the person gave in the meantime stays', async () => {
    const { promise: until, resolve: open } = Promise.withResolvers<void>();
    llm.script({ text: 'They are red.', next: { text: 'Red Boats', hold: { after: 0, until } } });
    const asked = llm.requests.length;
    const { id } = await chat('What colour are the boats?');
    await expect.poll(() => llm.requests.length).toBe(asked + 2);
    await anna.patch(`/api/conversations/${id}`, { title: 'Mine' });
    open();
    llm.script({});
    await chat('And now?', { conversation_id: id });
    await expect
      .poll(
        async () =>
          (
            await app.carrel.database.db
              .selectFrom('jobs')
              .select('id')
              .where('kind', '=', 'chat.after-answer')
              .where('status', 'in', ['queued', 'running'])
              .execute()
          ).length,
      )
      .toBe(0);
    expect(await titleOf(id)).toBe('Mine');
  });

  it('is paid by the person who asked', async () => {
    const tokens = async (): Promise<number> => {
      await app.carrel.services.quotas.reservations.flush();
      const rows = await app.carrel.database.db
        .selectFrom('usage_models')
        .selectAll()
        .where('user_id', '=', anna.id)
        .execute();
      return rows.reduce((sum, row) => sum + Number(row.prompt_tokens) + Number(row.completion_tokens), 0);
    };
    llm.script({
      text: 'Yes.',
      usage: { prompt: 10, completion: 1 },
      next: { text: 'A Name', usage: { prompt: 1_000, completion: 10 } },
    });
    const before = await tokens();
    await chat('Is it true?');
    await expect.poll(tokens).toBe(before + 1_021);
  });

  it('questions are suggested when they are asked for, to the owner alone', async () => {
    const { messageId } = await chat('What colour are the boats?');
    llm.script({ text: '1. How many are there?\n2. Who paints them?\n3. Why red?' });
    expect(await anna.post(`/api/messages/${messageId}/follow-ups`)).toMatchObject({
      status: 200,
      body: { items: ['How many are there?', 'Who paints them?', 'Why red?'] },
    });
    expect((await ben.post(`/api/messages/${messageId}/follow-ups`)).status).toBe(404);
    const question = (await anna.get(`/api/messages/${messageId}`)).body.parent_id;
    expect((await anna.post(`/api/messages/${question}/follow-ups`)).status).toBe(409);
  });

  it('the Librarian names nothing and suggests nothing', async () => {
    const { id, messageId } = await chat('What colour are the boats?', { model: 'librarian/librarian' });
    const asked = llm.requests.length;
    expect((await anna.post(`/api/messages/${messageId}/follow-ups`)).body).toEqual({ items: [] });
    expect(await titleOf(id)).toBe('What colour are the boats?');
    expect(llm.requests).toHaveLength(asked);
  });
});

import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { TestApp } from '../../../test/app.ts';
import { createTestChat } from '../../../test/chat.ts';
import { readAll, readEvents, textOf, type Client, type SeenEvent } from '../../../test/client.ts';
import { createTestDatabase, type TestDatabase } from '../../../test/databases.ts';
import type { FakeLlm } from '../../../test/fake-llm/server.ts';

describe('a temporary chat', () => {
  let llm: FakeLlm;
  let app: TestApp;
  let anna: Client;
  let ben: Client;
  let database: TestDatabase;

  beforeAll(async () => {
    database = await createTestDatabase('sqlite');
    ({ app, llm } = await createTestChat({ env: { DATABASE_URL: database.url } }));
    anna = await app.person('anna');
    ben = await app.person('ben');
  });
  afterAll(async () => {
    await app.close();
    await database.close();
  });
  beforeEach(() => llm.script({}));

  const meta = (events: readonly SeenEvent[]) => {
    const [first] = events;
    if (first?.event !== 'meta') throw new Error('no meta');
    return first.data;
  };

  /** Everything in the database, as text. */
  async function everything(): Promise<string> {
    const { db } = app.carrel.database;
    const tables = await db.introspection.getTables();
    const rows = await Promise.all(
      tables.map(({ name }) =>
        db
          .selectFrom(name as 'users')
          .selectAll()
          .execute(),
      ),
    );
    return JSON.stringify(rows);
  }

  it('is answered as any other, and nothing of it is in the database, while it runs or afterwards', async () => {
    const { promise: until, resolve: release } = Promise.withResolvers<void>();
    llm.script({ text: ['Xylophone ', 'zephyr.'], hold: { after: 1, until } });
    const response = await anna.openStream('POST', '/api/chat/stream', {
      content: 'Quixotic question',
      temporary: true,
    });
    const seen: SeenEvent[] = [];
    for await (const event of readEvents(response)) {
      seen.push(event);
      if (event.event === 'delta' && textOf(seen) === 'Xylophone ') {
        // Longer than the log of other chats waits to be saved.
        await new Promise((resolve) => setTimeout(resolve, 600));
        expect(await everything()).not.toMatch(/Quixotic|Xylophone/);
        release();
      }
    }
    expect(meta(seen)).toMatchObject({ conversation_id: null, user_message_id: null, model: 'openai/gpt-4o' });
    expect([textOf(seen), seen.at(-1)?.event]).toEqual(['Xylophone zephyr.', 'done']);
    const all = await everything();
    expect(all).not.toMatch(/Quixotic|Xylophone|zephyr/);
    expect(all).not.toContain(meta(seen).generation_id);
    expect((await anna.get('/api/conversations')).body.items).toEqual([]);
  });

  it('takes what was said before from the question alone', async () => {
    await anna.chat({
      content: 'And then?',
      temporary: true,
      messages: [
        { role: 'user', content: 'Once upon a time' },
        { role: 'assistant', content: 'there was a carrel.' },
      ],
    });
    expect(llm.requests.at(-1)?.body['messages']).toEqual([
      { role: 'user', content: 'Once upon a time' },
      { role: 'assistant', content: 'there was a carrel.' },
      { role: 'user', content: 'And then?' },
    ]);
  });

  it('can be come back to and stopped by its owner, and is nothing to anybody else', async () => {
    const { promise: until, resolve: release } = Promise.withResolvers<void>();
    llm.script({ text: ['One ', 'two ', 'three'], hold: { after: 2, until } });
    const first = readEvents(await anna.openStream('POST', '/api/chat/stream', { content: 'Count', temporary: true }));
    const { value } = await first.next();
    const { generation_id } = meta([value as SeenEvent]);
    const path = `/api/chat/generations/${generation_id}`;
    expect((await ben.get(`${path}/stream`)).status).toBe(404);
    expect((await ben.delete(path)).status).toBe(404);
    const again = readAll(await anna.openStream('GET', `${path}/stream`));
    expect((await anna.delete(path)).status).toBe(204);
    release();
    expect((await again).at(-1)?.event).toBe('stopped');
    expect((await readAll(await anna.openStream('GET', `${path}/stream`))).at(-1)?.event).toBe('stopped');
  });

  it('answers without a stream, too', async () => {
    const { status, body } = await anna.post('/api/chat/message', { content: 'Hello', temporary: true });
    expect({ status, body }).toMatchObject({
      status: 200,
      body: {
        conversation_id: null,
        user_message: { content: 'Hello', conversation_id: null },
        message: { content: 'You said: Hello', status: 'complete', conversation_id: null },
      },
    });
  });

  it('is one chat for one Idempotency-Key, and another body is a mismatch', async () => {
    const headers = { 'idempotency-key': 'only-once' };
    const before = llm.requests.length;
    const { promise: until, resolve: release } = Promise.withResolvers<void>();
    llm.script({ hold: { after: 1, until } });
    const streams = await Promise.all(
      Array.from({ length: 5 }, () =>
        anna.openStream('POST', '/api/chat/stream', { content: 'Once', temporary: true }, { headers }),
      ),
    );
    const other = await anna.post('/api/chat/stream', { content: 'Twice', temporary: true }, { headers });
    release();
    const all = await Promise.all(streams.map((stream) => readAll(stream)));
    expect(new Set(all.map((events) => meta(events).generation_id)).size).toBe(1);
    expect(other.body.code).toBe('IDEMPOTENCY_MISMATCH');
    expect(llm.requests.length - before).toBe(1);
  });

  it('counts as a message of the day', async () => {
    const dora = await app.person();
    await anna.put(`/api/admin/users/${dora.id}/quota`, { messages_per_day: 1, tokens_per_day: null });
    await dora.chat({ content: 'First', temporary: true });
    const second = await dora.post('/api/chat/stream', { content: 'Second', temporary: true });
    expect(second.body.code).toBe('QUOTA_EXCEEDED');
  });

  it.each<[string, object, string]>([
    ['a conversation', { conversation_id: '01890000-0000-7000-8000-000000000000', temporary: true }, 'conversation_id'],
    ['a parent', { parent_id: '01890000-0000-7000-8000-000000000000', temporary: true }, 'parent_id'],
    ['messages without being temporary', { messages: [{ role: 'user', content: 'x' }] }, 'messages'],
    ['a message of the system', { temporary: true, messages: [{ role: 'system', content: 'x' }] }, 'messages.0.role'],
  ])('refuses %s', async (_name, body, path) => {
    const answer = await anna.post('/api/chat/stream', { content: 'Hello', ...body });
    expect(answer).toMatchObject({ status: 400, body: { details: { fields: [{ path }] } } });
  });
});

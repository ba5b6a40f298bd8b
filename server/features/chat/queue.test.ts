import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import type { TestApp } from '../../../test/app.ts';
import { createTestChat } from '../../../test/chat.ts';
import { readEvents, type Client, type SeenEvent } from '../../../test/client.ts';
import { describeEachDatabase } from '../../../test/databases.ts';
import type { FakeLlm } from '../../../test/fake-llm/server.ts';
import { createTransactor } from '../../db/transaction.ts';
import { newId } from '../../lib/ids.ts';
import { newMessage } from './rows.ts';
import { createChatStore } from './store.ts';

describeEachDatabase('messages that wait', (database) => {
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

  /** A conversation whose first answer stands still until it is released. */
  async function busy() {
    const { promise: until, resolve } = Promise.withResolvers<void>();
    llm.script({ text: ['One ', 'moment.'], hold: { after: 1, until } });
    const events = readEvents(await anna.openStream('POST', '/api/chat/stream', { content: 'First' }));
    const { value } = await events.next();
    const first = value as SeenEvent;
    if (first.event !== 'meta') throw new Error('no meta');
    const path = `/api/conversations/${String(first.data.conversation_id)}`;
    const release = (): void => {
      llm.script({});
      resolve();
    };
    const said = async () =>
      (await anna.get(`${path}/messages`)).body.items as {
        id: string;
        parent_id: string;
        content: string;
        status: string;
      }[];
    const waiting = async (): Promise<string[]> =>
      (await anna.get(`${path}/queue`)).body.items.map(({ content }: { content: string }) => content);
    const settled = (count: number) =>
      vi.waitFor(async () => {
        const messages = await said();
        expect(messages.filter(({ status }) => status !== 'streaming')).toHaveLength(count);
      }, 8_000);
    return { path, release, said, waiting, settled, generation: first.data.generation_id, events };
  }

  it('are sent one by one, in their order, each after the answer before it', async () => {
    const { path, release, said, waiting, settled } = await busy();
    for (const content of ['Second', 'Third']) expect((await anna.post(`${path}/queue`, { content })).status).toBe(201);
    expect(await waiting()).toEqual(['Second', 'Third']);
    expect(await said()).toHaveLength(2);
    release();
    await settled(6);
    const messages = await said();
    expect(messages.map(({ content }) => content)).toEqual([
      'First',
      'One moment.',
      'Second',
      'You said: Second',
      'Third',
      'You said: Third',
    ]);
    expect(messages.slice(1).map(({ parent_id }) => parent_id)).toEqual(messages.slice(0, -1).map(({ id }) => id));
    expect(await waiting()).toEqual([]);
  });

  it('go at once when the answer has ended just before', async () => {
    const { path, release, said, settled } = await busy();
    release();
    await settled(2);
    await anna.post(`${path}/queue`, { content: 'Late' });
    await settled(4);
    expect((await said()).at(-1)?.content).toBe('You said: Late');
  });

  it('are neither lost nor doubled when many are sent at once', async () => {
    const { path, release, said, waiting } = await busy();
    const contents = Array.from({ length: 8 }, (_, at) => `Message ${at}`);
    const adding = contents.map((content) => anna.post(`${path}/queue`, { content }));
    release();
    await Promise.all(adding);
    await vi.waitFor(
      async () => expect((await said()).filter(({ status }) => status === 'complete')).toHaveLength(18),
      15_000,
    );
    expect(
      (await said())
        .filter(({ content }) => content.startsWith('Message'))
        .map(({ content }) => content)
        .toSorted(),
    ).toEqual(contents);
    expect(await waiting()).toEqual([]);
  });

  it('can be changed and taken back until they are sent', async () => {
    const { path, release, said, settled, waiting } = await busy();
    const { body: second } = await anna.post(`${path}/queue`, { content: 'Second' });
    const { body: third } = await anna.post(`${path}/queue`, { content: 'Third' });
    expect((await anna.patch(`/api/queue/${second.id}`, { content: 'Second, better' })).body.content).toBe(
      'Second, better',
    );
    expect((await anna.delete(`/api/queue/${third.id}`)).status).toBe(204);
    expect((await anna.delete(`/api/queue/${third.id}`)).status).toBe(204);
    expect(await waiting()).toEqual(['Second, better']);
    release();
    await settled(4);
    expect((await said())[2]?.content).toBe('Second, better');
    expect((await anna.patch(`/api/queue/${second.id}`, { content: 'Too late' })).status).toBe(404);
  });

  it('go on after Stop', async () => {
    const { path, generation, said, settled } = await busy();
    await anna.post(`${path}/queue`, { content: 'Second' });
    llm.script({});
    await anna.delete(`/api/chat/generations/${generation}`);
    await settled(4);
    expect((await said()).map(({ status }) => status)).toEqual(['complete', 'stopped', 'complete', 'complete']);
  });

  it('wait for the person after a failure', async () => {
    const { promise: until, resolve: release } = Promise.withResolvers<void>();
    llm.script({ text: ['Half ', 'way'], hold: { after: 1, until }, fault: { kind: 'reset', after: 2 } });
    const events = readEvents(await anna.openStream('POST', '/api/chat/stream', { content: 'First' }));
    const first = (await events.next()).value as SeenEvent;
    const path = first.event === 'meta' ? `/api/conversations/${String(first.data.conversation_id)}` : '';
    await anna.post(`${path}/queue`, { content: 'Second' });
    release();
    for await (const event of events) void event;
    expect((await anna.get(`${path}/queue`)).body.items).toHaveLength(1);
    llm.script({});
    expect((await anna.post(`${path}/queue/resume`)).status).toBe(204);
    await vi.waitFor(async () => expect((await anna.get(`${path}/messages`)).body.items).toHaveLength(4));
    expect((await anna.get(`${path}/queue`)).body.items).toEqual([]);
  });

  it('wait, too, when they come in the very moment of the failure', async () => {
    llm.script({ text: 'Half way', fault: { kind: 'reset', after: 1 } });
    const events = await anna.chat({ content: 'First' });
    const meta = events[0]?.event === 'meta' ? events[0].data : null;
    const { database: db } = app.carrel;
    const store = createChatStore(db.db, createTransactor(db));
    const conversation = await store.conversations.findOwned(anna.id, String(meta?.conversation_id));
    const generation = await store.generations.find(String(meta?.generation_id));
    if (!conversation || !generation) throw new Error('nothing is stored');
    const waits = (await anna.post(`/api/conversations/${conversation.id}/queue`, { content: 'Second' })).body;
    const common = { conversationId: conversation.id, content: 'Second', at: conversation.updated_at + 1 };
    const question = newMessage({ ...common, role: 'user', parentId: generation.message_id });
    // By now nothing runs any more: all that was asked before this is in the past.
    const send = (afterFailure: boolean) =>
      store.begin({
        conversation,
        isNew: false,
        queued: { id: waits.id, afterFailure },
        reopened: null,
        changes: { updated_at: question.created_at },
        messages: [question],
        generation: { ...generation, id: newId(), message_id: question.id },
      });
    await expect(send(false)).rejects.toMatchObject({ code: 'CONFLICT' });
    expect(await store.queue.of(conversation.id)).toMatchObject([{ id: waits.id, error_code: null }]);
    await send(true);
    expect(await store.queue.of(conversation.id)).toEqual([]);
  });

  it('say why they could not be sent, and are kept', async () => {
    const { path, release, settled } = await busy();
    const { body } = await anna.post(`${path}/queue`, { content: 'Second', model: 'openai/no-such-model' });
    release();
    await settled(2);
    await vi.waitFor(async () =>
      expect((await anna.get(`${path}/queue`)).body.items).toMatchObject([
        { id: body.id, content: 'Second', error: { code: 'MODEL_NOT_FOUND' } },
      ]),
    );
  });

  it('are nobody else’s', async () => {
    const { path, release } = await busy();
    const { body } = await anna.post(`${path}/queue`, { content: 'Mine' });
    expect((await ben.get(`${path}/queue`)).status).toBe(404);
    expect((await ben.post(`${path}/queue`, { content: 'Yours' })).status).toBe(404);
    expect((await ben.post(`${path}/queue/resume`)).status).toBe(404);
    expect((await ben.patch(`/api/queue/${body.id}`, { content: 'Ours' })).status).toBe(404);
    expect((await ben.delete(`/api/queue/${body.id}`)).status).toBe(204);
    expect((await anna.get(`${path}/queue`)).body.items).toHaveLength(1);
    expect((await app.stranger().get(`${path}/queue`)).status).toBe(401);
    release();
  });

  it('take a file along that is the person’s own, and no other', async () => {
    const { path, release, settled, said } = await busy();
    const mine = await anna.uploadAndWait('mine.txt', 'The lamp is green.');
    const theirs = await ben.uploadAndWait('theirs.txt', 'The lamp is red.');
    expect((await anna.post(`${path}/queue`, { content: 'Lamp?', file_ids: [theirs.id] })).status).toBe(404);
    await anna.post(`${path}/queue`, { content: 'Lamp?', file_ids: [mine.id] });
    release();
    await settled(4);
    expect((await said())[2]).toMatchObject({ parts: [{ type: 'file', file_id: mine.id }] });
  });

  it('go with the tools and collections that they were sent with', async () => {
    const { path, release, settled } = await busy();
    const { id } = (await anna.post('/api/collections', { name: 'Papers' })).body;
    const waits = { content: 'What time is it?', tools: ['current_time'], collection_ids: [id] };
    expect((await anna.post(`${path}/queue`, waits)).status).toBe(201);
    expect(await anna.post(`${path}/queue`, { content: 'x', tools: 'all' })).toMatchObject({ status: 400 });
    release();
    await settled(4);
    expect(llm.requests.at(-1)?.body['tools']).toMatchObject([{ function: { name: 'current_time' } }]);
    const { items } = (await anna.get(`${path}/messages`)).body;
    expect(items[2].parts).toEqual([{ type: 'collection', collection_id: id, name: 'Papers' }]);
  });
});

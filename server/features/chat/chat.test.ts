import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { TestApp } from '../../../test/app.ts';
import { createTestChat } from '../../../test/chat.ts';
import { readAll, readEvents, textOf, type Client, type SeenEvent } from '../../../test/client.ts';
import { describeEachDatabase } from '../../../test/databases.ts';
import type { FakeLlm } from '../../../test/fake-llm/server.ts';

describeEachDatabase('the chat', (database) => {
  let llm: FakeLlm;
  let app: TestApp;
  let anna: Client;
  let ben: Client;

  beforeAll(async () => {
    ({ app, llm } = await createTestChat({ env: { DATABASE_URL: database().url, PROVIDER_TIMEOUT_MS: '1500' } }));
    anna = await app.person('anna');
    ben = await app.person('ben');
  });
  afterAll(() => app.close());
  beforeEach(() => llm.script({}));

  const sentMessages = () => (llm.requests.at(-1)?.body['messages'] ?? []) as { role: string; content: string }[];

  const meta = (events: SeenEvent[]) => {
    const [first] = events;
    if (first?.event !== 'meta') throw new Error(`the stream begins with ${first?.event}`);
    return first.data;
  };
  const last = (events: SeenEvent[]): SeenEvent | undefined => events.at(-1);
  const messagesOf = async (who: Client, conversationId: string) =>
    (await who.get(`/api/conversations/${conversationId}/messages`)).body.items as {
      id: string;
      parent_id: string | null;
      role: string;
      content: string;
      status: string;
      usage: { total_tokens: number } | null;
      generation_id: string | null;
      error: { code: string } | null;
    }[];

  describe('POST /api/chat/stream', () => {
    it('begins with meta, numbers its events, ends with done, and has stored all of it', async () => {
      const events = await anna.chat({ content: 'Hello there' });
      const { conversation_id, message_id, user_message_id, model, model_reason } = meta(events);
      expect(events.map(({ seq }) => seq)).toEqual(events.map((_, at) => at + 1));
      expect(model).toBe('openai/gpt-4o');
      expect(model_reason).toBe('default');
      expect(textOf(events)).toBe('You said: Hello there');
      expect(last(events)).toMatchObject({
        event: 'done',
        data: { finish_reason: 'stop', usage: { total_tokens: expect.any(Number) } },
      });

      const [question, answer] = await messagesOf(anna, conversation_id ?? '');
      expect(question).toMatchObject({ id: user_message_id, parent_id: null, role: 'user', content: 'Hello there' });
      expect(answer).toMatchObject({
        id: message_id,
        parent_id: user_message_id,
        role: 'assistant',
        content: 'You said: Hello there',
        status: 'complete',
      });
      expect(answer?.usage?.total_tokens).toBeGreaterThan(0);
      expect((await anna.get(`/api/conversations/${conversation_id}`)).body.title).toBe('Hello there');
    });

    it('goes on in a conversation, with what was said before', async () => {
      const first = meta(await anna.chat({ content: 'My name is Anna' }));
      await anna.chat({ content: 'Who am I?', conversation_id: first.conversation_id, system: 'Be brief.' });
      const messages = sentMessages();
      expect(messages.map(({ role, content }) => `${role}: ${content}`)).toEqual([
        'system: Be brief.',
        'user: My name is Anna',
        'assistant: You said: My name is Anna',
        'user: Who am I?',
      ]);
    });

    it('refuses before it stores: unknown fields, models, conversations, parents, files', async () => {
      const refusals: [Record<string, unknown>, number, string][] = [
        [{ content: 'x', document_ids: [] }, 400, 'VALIDATION_FAILED'],
        [{ content: '' }, 400, 'VALIDATION_FAILED'],
        [{}, 400, 'VALIDATION_FAILED'],
        [{ content: 'x', model: 'openai/nothing' }, 404, 'MODEL_NOT_FOUND'],
        [{ content: 'x', model: 'nowhere/gpt-4o' }, 404, 'MODEL_NOT_FOUND'],
        [{ content: 'x', conversation_id: crypto.randomUUID() }, 404, 'CONVERSATION_NOT_FOUND'],
        [{ content: 'x', file_ids: [crypto.randomUUID()] }, 404, 'FILE_NOT_FOUND'],
        [{ content: 'x', parent_id: crypto.randomUUID() }, 400, 'VALIDATION_FAILED'],
      ];
      const before = (await anna.get('/api/conversations')).body.items.length;
      for (const [body, status, code] of refusals) {
        expect(await anna.post('/api/chat/stream', body)).toMatchObject({ status, body: { code } });
      }
      const named = await anna.post('/api/chat/stream', { content: 'x', document_ids: [] });
      expect(named.body.details.fields).toEqual([{ path: 'document_ids', message: expect.any(String) }]);
      expect((await anna.get('/api/conversations')).body.items).toHaveLength(before);
    });

    it('tells of a failure in the stream and keeps what was written', async () => {
      llm.script({ text: ['Half ', 'of ', 'it'], fault: { kind: 'reset', after: 2 } });
      const events = await anna.chat({ content: 'break' });
      expect(textOf(events)).toBe('Half of ');
      expect(last(events)).toMatchObject({
        event: 'error',
        data: { code: expect.stringMatching(/^PROVIDER_/), request_id: expect.any(String) },
      });
      const [, answer] = await messagesOf(anna, meta(events).conversation_id ?? '');
      expect(answer).toMatchObject({
        content: 'Half of ',
        status: 'failed',
        error: { code: expect.stringMatching(/^PROVIDER_/) },
      });
    });

    it('times out on a silent provider', async () => {
      llm.script({ fault: { kind: 'stall', after: 0 } });
      const events = await anna.chat({ content: 'silence' });
      expect(last(events)).toMatchObject({ event: 'error', data: { code: 'PROVIDER_TIMEOUT' } });
    });
  });

  describe('POST /api/chat/message', () => {
    it('answers with question and answer', async () => {
      const { status, body } = await anna.post('/api/chat/message', { content: 'Hi' });
      expect(status).toBe(200);
      expect(body).toMatchObject({
        user_message: { role: 'user', content: 'Hi' },
        message: { role: 'assistant', content: 'You said: Hi', status: 'complete' },
        usage: { total_tokens: expect.any(Number) },
      });
      expect(body.message.conversation_id).toBe(body.conversation_id);
    });

    it('answers a failure with a problem, and the question is kept', async () => {
      llm.script({ status: 400, message: 'no such thing' });
      const { status, body } = await anna.post('/api/chat/message', { content: 'keep this question' });
      expect({ status, code: body.code }).toEqual({ status: 502, code: 'PROVIDER_ERROR' });
      const { items } = (await anna.get('/api/conversations?q=keep this')).body;
      expect(await messagesOf(anna, items[0].id)).toMatchObject([
        { content: 'keep this question' },
        { status: 'failed' },
      ]);
    });
  });

  describe('a generation', () => {
    it('goes on when the client leaves, and is resumed byte for byte', async () => {
      llm.script({ text: Array.from({ length: 40 }, (_, at) => `w${at} `), delayMs: 10 });
      const leave = new AbortController();
      const response = await anna.openStream('POST', '/api/chat/stream', { content: 'long' }, { signal: leave.signal });
      const seen: SeenEvent[] = [];
      for await (const event of readEvents(response)) {
        seen.push(event);
        if (seen.length === 8) break;
      }
      leave.abort();
      const { generation_id, conversation_id } = meta(seen);
      const path = `/api/chat/generations/${generation_id}/stream`;
      const rest = await (await anna.openStream('GET', path, undefined, { headers: { 'last-event-id': '8' } })).text();
      const whole = await (await anna.openStream('GET', path)).text();
      expect(whole.endsWith(rest)).toBe(true);
      expect(rest.startsWith('id: 9\n')).toBe(true);
      expect(await (await anna.openStream('GET', `${path}?after=8`)).text()).toBe(rest);
      expect(await (await anna.openStream('GET', `${path}?after=4000`)).text()).toBe(whole);
      expect(last(await readAll(await anna.openStream('GET', path)))?.event).toBe('done');
      const [, answer] = await messagesOf(anna, conversation_id ?? '');
      expect(answer?.content).toBe(Array.from({ length: 40 }, (_, at) => `w${at} `).join(''));
    });

    it('shows its text while it is written, and stops only on Stop', async () => {
      llm.script({ text: Array.from({ length: 500 }, (_, at) => `w${at} `), delayMs: 10 });
      const response = await anna.openStream('POST', '/api/chat/stream', { content: 'endless' });
      const events = readEvents(response);
      const seen: SeenEvent[] = [];
      for await (const event of events) {
        seen.push(event);
        if (seen.length === 6) {
          const { conversation_id, generation_id } = meta(seen);
          const [, writing] = await messagesOf(anna, conversation_id ?? '');
          expect(writing).toMatchObject({
            status: 'streaming',
            generation_id,
            content: expect.stringContaining('w0 w1'),
          });
          expect((await anna.post('/api/chat/stream', { content: 'and?', conversation_id })).body.code).toBe(
            'CONFLICT',
          );
          expect((await ben.delete(`/api/chat/generations/${generation_id}`)).status).toBe(404);
          expect((await anna.delete(`/api/chat/generations/${generation_id}`)).status).toBe(204);
          expect((await anna.delete(`/api/chat/generations/${generation_id}`)).status).toBe(204);
        }
      }
      expect(last(seen)?.event).toBe('stopped');
      const [, answer] = await messagesOf(anna, meta(seen).conversation_id ?? '');
      expect(answer).toMatchObject({ status: 'stopped', content: textOf(seen) });
      await llm.requests.at(-1)?.ended;
      expect(llm.requests.at(-1)?.closedEarly).toBe(true);
    });

    it('is one, however often a request with the same Idempotency-Key comes', async () => {
      llm.script({ text: ['once ', 'only'], delayMs: 20 });
      const headers = { 'idempotency-key': crypto.randomUUID() };
      const before = llm.requests.length;
      const streams = await Promise.all(
        Array.from({ length: 20 }, () => anna.chat({ content: 'again and again' }, { headers })),
      );
      expect(new Set(streams.map((events) => meta(events).generation_id)).size).toBe(1);
      expect(new Set(streams.map((events) => JSON.stringify(events))).size).toBe(1);
      expect(llm.requests.length - before).toBe(1);
      expect(await anna.post('/api/chat/stream', { content: 'another' }, { headers })).toMatchObject({
        status: 422,
        body: { code: 'IDEMPOTENCY_MISMATCH' },
      });
      expect(meta(await ben.chat({ content: 'another' }, { headers })).generation_id).not.toBe(
        meta(streams[0] ?? []).generation_id,
      );
    });

    it('belongs to its person', async () => {
      const { generation_id, conversation_id, message_id } = meta(await anna.chat({ content: 'private' }));
      const nothing = crypto.randomUUID();
      for (const [path, twin] of [
        [`/api/chat/generations/${generation_id}/stream`, `/api/chat/generations/${nothing}/stream`],
        [`/api/conversations/${conversation_id}`, `/api/conversations/${nothing}`],
        [`/api/conversations/${conversation_id}/messages`, `/api/conversations/${nothing}/messages`],
        [`/api/messages/${message_id}`, `/api/messages/${nothing}`],
      ] as const) {
        const [theirs, none] = [await ben.get(path), await ben.get(twin)];
        expect(theirs.status).toBe(404);
        expect({ ...theirs.body, request_id: '' }).toEqual({ ...none.body, request_id: '' });
      }
      expect((await ben.patch(`/api/messages/${message_id}`, { content: 'mine' })).status).toBe(404);
      expect((await ben.patch(`/api/conversations/${conversation_id}`, { title: 'mine' })).status).toBe(404);
      expect((await ben.post('/api/chat/stream', { content: 'x', conversation_id })).status).toBe(404);
      expect((await ben.post('/api/chat/regenerate', { message_id })).status).toBe(404);
      expect((await ben.delete(`/api/conversations/${conversation_id}`)).status).toBe(204);
      expect((await anna.get(`/api/messages/${message_id}`)).body.content).toBe('You said: private');
      expect((await app.stranger().get(`/api/conversations/${conversation_id}`)).body.code).toBe('AUTH_REQUIRED');
    });
  });

  describe('the tree of messages', () => {
    it('grows siblings by editing and regenerating', async () => {
      const first = meta(await anna.chat({ content: 'one' }));
      const edited = meta(
        await anna.chat({ content: 'one, edited', conversation_id: first.conversation_id, parent_id: null }),
      );
      const response = await anna.openStream('POST', '/api/chat/regenerate', { message_id: first.message_id });
      const again = meta(await readAll(response));
      const tree = await messagesOf(anna, first.conversation_id ?? '');
      const parents = Object.fromEntries(tree.map(({ id, parent_id }) => [id, parent_id]));
      expect(parents[edited.user_message_id ?? '']).toBeNull();
      expect(parents[again.message_id]).toBe(first.user_message_id);
      expect(again.user_message_id).toBe(first.user_message_id);
      expect(tree).toHaveLength(5);
      expect(sentMessages()).toEqual([{ role: 'user', content: 'one' }]);
    });

    it('is read page by page, in either direction', async () => {
      const { conversation_id } = meta(await anna.chat({ content: '1' }));
      await anna.chat({ content: '2', conversation_id });
      await anna.chat({ content: '3', conversation_id });
      const all = await messagesOf(anna, conversation_id ?? '');
      const path = `/api/conversations/${conversation_id}/messages?limit=4`;
      const first = (await anna.get(path)).body;
      const second = (await anna.get(`${path}&cursor=${first.next_cursor}`)).body;
      expect([...first.items, ...second.items]).toEqual(all);
      expect(second.next_cursor).toBeNull();
      expect((await anna.get(`${path}&order=desc`)).body.items).toEqual(all.toReversed().slice(0, 4));
      expect((await anna.get(`${path}&cursor=nonsense`)).body.code).toBe('VALIDATION_FAILED');
    });

    it('takes, changes and loses messages', async () => {
      const { body: conversation } = await anna.post('/api/conversations', { title: 'By hand' });
      const path = `/api/conversations/${conversation.id}/messages`;
      const question = await anna.post(path, { content: 'Q' });
      const answer = await anna.post(path, { role: 'assistant', content: 'A' });
      expect(answer).toMatchObject({ status: 201, body: { parent_id: question.body.id, status: 'complete' } });
      expect((await anna.patch(`/api/messages/${question.body.id}`, { content: 'Q2' })).body.content).toBe('Q2');
      expect((await anna.patch(`/api/messages/${question.body.id}`, { content: 'Q3', role: 'assistant' })).status).toBe(
        400,
      );
      expect((await anna.delete(`/api/messages/${question.body.id}`)).status).toBe(204);
      expect((await anna.delete(`/api/messages/${question.body.id}`)).status).toBe(204);
      expect(await messagesOf(anna, conversation.id)).toEqual([]);
    });
  });

  describe('conversations', () => {
    it('are listed by use, page by page, found by title, archived and deleted', async () => {
      const carl = await app.person('carl');
      const ids: string[] = [];
      for (const title of ['100% sure', 'Second', 'Third'])
        ids.push((await carl.post('/api/conversations', { title })).body.id);
      const list = async (query = '') => (await carl.get(`/api/conversations${query}`)).body;
      const first = await list('?limit=2');
      const second = await list(`?limit=2&cursor=${first.next_cursor}`);
      expect([...first.items, ...second.items].map(({ id }: { id: string }) => id)).toEqual(ids.toReversed());
      expect((await list('?q=0%25 S')).items.map(({ id }: { id: string }) => id)).toEqual([ids[0]]);
      expect((await list('?q=_')).items).toEqual([]);
      const changed = await carl.patch(`/api/conversations/${ids[1]}`, {
        archived: true,
        pinned: true,
        title: 'Renamed',
      });
      expect(changed.body).toMatchObject({ archived: true, pinned: true, title: 'Renamed' });
      expect((await list()).items).toHaveLength(2);
      expect((await list('?archived=true')).items.map(({ id }: { id: string }) => id)).toEqual([ids[1]]);
      const kept = { title: 'Kept', pinned: true, archived: true, memory: false, tags: ['a'] };
      const made = await carl.post('/api/conversations', kept);
      expect([made.status, (await carl.get(`/api/conversations/${made.body.id}`)).body]).toMatchObject([201, kept]);
      await carl.delete(`/api/conversations/${made.body.id}`);
      expect((await carl.patch(`/api/conversations/${ids[1]}`, { user_id: anna.id })).body.code).toBe(
        'VALIDATION_FAILED',
      );
      expect((await carl.delete(`/api/conversations/${ids[2]}`)).status).toBe(204);
      expect((await carl.get(`/api/conversations/${ids[2]}`)).body.code).toBe('CONVERSATION_NOT_FOUND');
    });
  });
});

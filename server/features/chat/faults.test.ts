import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TestApp } from '../../../test/app.ts';
import { createTestChat } from '../../../test/chat.ts';
import { textOf, type Client } from '../../../test/client.ts';
import type { FakeLlm } from '../../../test/fake-llm/server.ts';
import type { FakeScript } from '../../../test/fake-llm/script.ts';
import { createTransactor } from '../../db/transaction.ts';
import { newMessage } from './rows.ts';
import { createChatStore } from './store.ts';

type Fault = NonNullable<FakeScript['fault']>['kind'];

describe('a chat', () => {
  let llm: FakeLlm;
  let app: TestApp;
  let anna: Client;

  beforeAll(async () => {
    ({ app, llm } = await createTestChat({ env: { PROVIDER_TIMEOUT_MS: '1000' } }));
    anna = await app.person('anna');
  });
  afterAll(() => app.close());

  describe.each<[string, Fault, RegExp]>([
    ['falls silent', 'stall', /^PROVIDER_TIMEOUT$/],
    ['breaks the connection', 'reset', /^PROVIDER_UNREACHABLE$/],
    ['answers 200 and then an error', 'error', /^PROVIDER_ERROR$/],
    ['sends a line that is no JSON', 'malformed', /^PROVIDER_ERROR$/],
    ['sends a line of 10 MB', 'huge-line', /^PROVIDER_ERROR$/],
    ['ends without an end', 'end', /^PROVIDER_(ERROR|UNREACHABLE)$/],
  ])('whose model server %s', (_name, kind, code) => {
    it('keeps what was written, says what went wrong, asks nobody again, and goes on', async () => {
      llm.script({ text: ['Half ', 'of ', 'it'], fault: { kind, after: 2 } });
      const before = llm.requests.length;
      const events = await anna.chat({ content: `about ${kind}` });
      const [meta] = events;
      expect(textOf(events)).toBe('Half of ');
      expect(events.at(-1)).toMatchObject({ event: 'error', data: { code: expect.stringMatching(code) } });
      expect(llm.requests.length - before).toBe(1);
      const id = meta?.event === 'meta' ? meta.data.message_id : '';
      expect((await anna.get(`/api/messages/${id}`)).body).toMatchObject({
        content: 'Half of ',
        status: 'failed',
        error: { code: expect.stringMatching(code) },
      });
      llm.script({});
      const conversation_id = meta?.event === 'meta' ? meta.data.conversation_id : '';
      expect((await anna.chat({ content: 'And now?', conversation_id })).at(-1)?.event).toBe('done');
    });
  });

  it('takes a message of 5 MB as it is, and says no to one that is larger than the model or a question may be', async () => {
    llm.script({ text: 'Noted.' });
    const content = 'Zeile äöü\n'.repeat(430_000);
    const events = await anna.chat({ content, model: 'librarian/librarian' });
    const [meta] = events;
    expect(events.at(-1)?.event).toBe('done');
    const id = meta?.event === 'meta' ? meta.data.user_message_id : '';
    expect((await anna.get(`/api/messages/${String(id)}`)).body.content).toBe(content.trim());
    const tooLong = await anna.post('/api/chat/stream', { content });
    expect(tooLong).toMatchObject({ status: 413, body: { code: 'PAYLOAD_TOO_LARGE' } });
    expect(tooLong.body.message).toContain('has room for');
    const refused = await anna.post('/api/chat/stream', { content: 'x'.repeat(17 * 1024 * 1024) });
    expect(refused).toMatchObject({ status: 413, body: { code: 'PAYLOAD_TOO_LARGE' } });
  });

  it('of 10,000 messages is read from its end, page by page, and gone on with', async () => {
    const { body: conversation } = await anna.post('/api/conversations', { title: 'Long' });
    const { database } = app.carrel;
    const store = createChatStore(database.db, createTransactor(database));
    const rows: ReturnType<typeof newMessage>[] = [];
    for (let at = 0; at < 10_000; at += 1) {
      const common = { conversationId: conversation.id as string, parentId: rows.at(-1)?.id ?? null, at: 1_000 + at };
      rows.push(newMessage({ ...common, role: at % 2 ? 'assistant' : 'user', content: `message ${at}` }));
    }
    for (let at = 0; at < rows.length; at += 500) await store.messages.insert(rows.slice(at, at + 500));
    const path = `/api/conversations/${String(conversation.id)}/messages?order=desc&limit=100`;
    const first = (await anna.get(path)).body;
    const second = (await anna.get(`${path}&cursor=${encodeURIComponent(first.next_cursor)}`)).body;
    const contents = [...first.items, ...second.items].map(({ content }: { content: string }) => content);
    expect(contents).toEqual(Array.from({ length: 200 }, (_, at) => `message ${9_999 - at}`));

    llm.script({ text: 'Still here.' });
    const events = await anna.chat({ content: 'And now?', conversation_id: conversation.id });
    expect(textOf(events)).toBe('Still here.');
    expect(llm.requests.at(-1)?.body['messages']).toHaveLength(10_001);
  });
});

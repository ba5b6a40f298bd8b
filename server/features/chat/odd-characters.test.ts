import { afterAll, beforeAll, expect, it } from 'vitest';
import type { TestApp } from '../../../test/app.ts';
import { createTestChat } from '../../../test/chat.ts';
import type { Client } from '../../../test/client.ts';
import { describeEachDatabase } from '../../../test/databases.ts';
import type { FakeLlm } from '../../../test/fake-llm/server.ts';

/** NUL, which not every database has in texts, and half of a pair. */
const odd = 'a\u0000b \ud800';
const plain = (text: string): string => text.replaceAll('\0', '').toWellFormed();

describeEachDatabase('characters that not every database has', (database) => {
  let app: TestApp;
  let llm: FakeLlm;
  let anna: Client;
  beforeAll(async () => {
    ({ app, llm } = await createTestChat({ env: { DATABASE_URL: database().url } }));
    anna = await app.person('anna');
  });
  afterAll(() => app.close());

  it('do not keep an answer from its end', async () => {
    llm.script({ text: ['before ', odd, ' after'], reasoning: odd });
    const [meta, ...events] = await anna.chat({ content: 'Say it' });
    expect(events.at(-1)?.event).toBe('done');
    const { body } = await anna.get(`/api/messages/${meta?.event === 'meta' ? meta.data.message_id : ''}`);
    expect([body.status, plain(body.content)]).toEqual(['complete', plain(`before ${odd} after`)]);
  });

  it('are taken from people, wherever they write', async () => {
    llm.script({});
    const { body } = await anna.post('/api/chat/message', { content: odd });
    expect(body.message.status).toBe('complete');
    expect(plain((await anna.get(`/api/messages/${body.user_message.id}`)).body.content)).toBe(plain(odd));
    for (const [path, sent] of [
      ['/api/conversations', { title: odd }],
      ['/api/folders', { name: odd }],
      ['/api/prompts', { command: 'odd', title: odd, content: odd }],
    ] as const)
      expect((await anna.post(path, sent)).status, path).toBe(201);
    expect((await anna.get(`/api/conversations/search?q=${encodeURIComponent('a\0b')}`)).status).toBe(200);
    expect((await anna.get(`/api/conversations?q=${encodeURIComponent('a\0b')}`)).status).toBe(200);
  });
});

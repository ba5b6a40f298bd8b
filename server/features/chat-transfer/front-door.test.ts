import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestApp, type TestApp } from '../../../test/app.ts';
import type { Client, Json } from '../../../test/client.ts';
import { describeEachDatabase } from '../../../test/databases.ts';
import { newId } from '../../lib/ids.ts';

const fixture = (name: string): Json =>
  JSON.parse(readFileSync(new URL(`../../../test/fixtures/chat-exports/${name}.json`, import.meta.url), 'utf8'));

const bare = (messages: Json[]): Json[] => {
  const places = new Map(messages.map(({ id }, at) => [id, at]));
  const own = new Set(['id', 'conversation_id', 'parent_id', 'generation_id']);
  return messages.map((message) => ({
    ...Object.fromEntries(Object.entries(message as Record<string, Json>).filter(([name]) => !own.has(name))),
    parent: message.parent_id === null ? null : places.get(message.parent_id),
  }));
};

describeEachDatabase('conversations as files', (database) => {
  let app: TestApp;
  let anna: Client;
  let ben: Client;
  beforeAll(async () => {
    app = await createTestApp({ env: { DATABASE_URL: database().url } });
    anna = await app.person('anna');
    ben = await app.person('ben');
  });
  afterAll(() => app.close());

  /** A tree with every column filled. */
  async function conversation(): Promise<string> {
    const { body } = await anna.post('/api/conversations', { title: 'Exported “ünïcode” 🎈', tags: ['a', 'b'] });
    const say = async (content: string, role: string, parent_id: string | null) =>
      (await anna.post(`/api/conversations/${body.id}/messages`, { content, role, parent_id })).body.id as string;
    const q = await say('Question?', 'user', null);
    const a = await say('Answer [1].\n\n```js\n1 < 2\n```', 'assistant', q);
    await say('Another answer.', 'assistant', q);
    const sources = [
      { source: { kind: 'file', id: newId(), title: 'manual.pdf' }, page: 3, text: 'quoted', score: 0.5 },
    ];
    await database()
      .db.updateTable('messages')
      .set({
        parts: JSON.stringify([{ type: 'reasoning', text: 'hm' }]),
        sources: JSON.stringify(sources),
        status: 'stopped',
        model: 'ollama/llama3',
        provider: 'ollama',
        prompt_tokens: 11,
        completion_tokens: 7,
        first_token_ms: 120,
        duration_ms: 900,
      })
      .where('id', '=', a)
      .execute();
    return body.id as string;
  }
  const messagesOf = async (who: Client, id: string): Promise<Json[]> =>
    (await who.get(`/api/conversations/${id}/messages`)).body.items;

  it('come back exactly as they went: tree, parts, sources, usage, times; with new ids', async () => {
    const id = await conversation();
    const exported = await anna.get(`/api/conversations/${id}/export?format=json`);
    expect(exported.headers.get('content-disposition')).toMatch(/^attachment;/);
    for (const [who, body] of [
      [anna, exported.body],
      [ben, [exported.body]],
    ] as const) {
      const imported = await who.post('/api/conversations/import', body);
      expect(imported.status).toBe(200);
      expect(imported.body).toMatchObject({ imported: 1, skipped: 0, items: [{ status: 'imported', reason: null }] });
      const copy = imported.body.items[0].conversation_id as string;
      expect(copy).not.toBe(id);
      const { id: _, folder_id: __, ...before } = (await anna.get(`/api/conversations/${id}`)).body;
      expect((await who.get(`/api/conversations/${copy}`)).body).toMatchObject(before);
      const [original, copied] = [await messagesOf(anna, id), await messagesOf(who, copy)];
      expect(bare(copied)).toEqual(bare(original));
      expect(copied.filter((message) => original.some((one) => one.id === message.id))).toEqual([]);
      expect((await who.get('/api/conversations/search?q=question')).body.items.length).toBeGreaterThan(0);
    }
  });

  it('go all at once too', async () => {
    const exported = await anna.get('/api/conversations/export');
    const imported = await ben.post('/api/conversations/import', exported.body);
    expect(imported.body.imported).toBe(exported.body.conversations.length);
    expect(imported.body.skipped).toBe(0);
  });

  it('can be read as Markdown', async () => {
    const { body, headers } = await anna.get(`/api/conversations/${await conversation()}/export?format=md`);
    expect(headers.get('content-type')).toContain('text/markdown');
    expect(body).toMatch(/^# Exported “ünïcode” 🎈\n/);
    expect(body).toContain('## You\n');
    expect(body).toContain('Another answer.');
    expect(body).not.toContain('Answer [1].');
  });

  it('come from ChatGPT: the words of both sides, hung together without what lay between', async () => {
    const { body } = await anna.post('/api/conversations/import', fixture('chatgpt'));
    expect(body).toMatchObject({ imported: 1, skipped: 1 });
    expect(body.items[1]).toMatchObject({ title: 'Nothing in it', status: 'skipped', conversation_id: null });
    expect(body.items[1].reason).toBeTruthy();
    const id = body.items[0].conversation_id as string;
    expect((await anna.get(`/api/conversations/${id}`)).body).toMatchObject({
      title: 'Bread at altitude',
      created_at: '2023-11-14T22:13:20.250Z',
    });
    expect(bare(await messagesOf(anna, id))).toMatchObject([
      { role: 'user', content: 'Why does bread rise faster up here?', parent: null },
      { role: 'assistant', content: 'Lower air pressure lets gas expand more.', parent: 0, model: 'gpt-4o' },
      { role: 'assistant', content: 'The air is thinner.', parent: 0, created_at: '2023-11-14T22:13:24.000Z' },
    ]);
  });

  it('come from Open WebUI', async () => {
    const { body } = await anna.post('/api/conversations/import', fixture('open-webui'));
    expect(body).toMatchObject({ imported: 1, skipped: 0 });
    const id = body.items[0].conversation_id as string;
    expect((await anna.get(`/api/conversations/${id}`)).body).toMatchObject({ archived: true, tags: ['travel'] });
    expect(bare(await messagesOf(anna, id))).toMatchObject([
      { role: 'user', content: 'What do I pack for Norway?', parent: null },
      { role: 'assistant', content: 'Wool, a raincoat and boots.', parent: 0, model: 'llama3.2:latest' },
    ]);
  });

  it('leave out files that are not the person’s', async () => {
    const file = await anna.uploadAndWait('note.txt', 'Something to read.', 'text/plain');
    const made = (await anna.post('/api/conversations', {})).body.id as string;
    const said = (await anna.post(`/api/conversations/${made}/messages`, { content: 'See the file' })).body
      .id as string;
    const part = { type: 'file', file_id: file.id, filename: 'note.txt' };
    await database()
      .db.updateTable('messages')
      .set({ parts: JSON.stringify([part]) })
      .where('id', '=', said)
      .execute();
    const exported = (await anna.get(`/api/conversations/${made}/export`)).body;
    for (const [who, parts] of [
      [anna, [part]],
      [ben, []],
    ] as const) {
      const { body } = await who.post('/api/conversations/import', exported);
      expect((await messagesOf(who, body.items[0].conversation_id))[0].parts).toEqual(parts);
    }
  });

  describe('that are broken or hostile', () => {
    const count = async (): Promise<number> => (await ben.get('/api/conversations/export')).body.conversations.length;
    const own = async (): Promise<Json> => (await anna.get(`/api/conversations/${await conversation()}/export`)).body;

    it('are refused as a whole when they are no export at all', async () => {
      for (const body of [{}, { a: 1 }, { format: 'carrel.conversations' }, 'text', 7, null]) {
        const answer = await ben.post('/api/conversations/import', JSON.stringify(body), {
          headers: { 'content-type': 'application/json' },
        });
        expect([answer.status, answer.body.code], JSON.stringify(body)).toEqual([400, 'VALIDATION_FAILED']);
      }
      const cut = await ben.post('/api/conversations/import', '[{"title":', {
        headers: { 'content-type': 'application/json' },
      });
      expect(cut.status).toBe(400);
    });

    it('cost the conversation that is wrong and no other, and nothing of it is kept', async () => {
      const good = await own();
      const [first, second, third] = good.messages;
      const wrong: [string, Json][] = [
        ['not an object', 5],
        ['null', null],
        ['another kind', { title: 'x', lines: [] }],
        ['wrong type', { ...good, messages: 'none' }],
        ['a lost parent', { ...good, messages: [{ ...first, parent_id: newId() }] }],
        ['the same id twice', { ...good, messages: [first, first] }],
        [
          'a circle',
          { ...good, messages: [{ ...first, parent_id: second.id }, { ...second, parent_id: first.id }, third] },
        ],
        ['an unknown role', { ...good, messages: [{ ...first, role: 'system' }] }],
        ['a number past its column', { ...good, messages: [{ ...first, duration_ms: 2 ** 40 }] }],
        ['a circle of ChatGPT', { mapping: { a: { parent: 'b' }, b: { parent: 'a' }, c: node('a', 'user', 'hi') } }],
        ['a circle of words', { mapping: { a: node('b', 'user', 'hi'), b: node('a', 'assistant', 'ho') } }],
        ['a wrong mapping', { mapping: { a: { message: { content: 'x' } } } }],
        ['a wrong history', { chat: { history: { messages: { a: { role: 'user', content: {} } } } } }],
      ];
      const before = await count();
      const { status, body } = await ben.post('/api/conversations/import', [...wrong.map(([, value]) => value), good]);
      expect(status).toBe(200);
      expect(body).toMatchObject({ imported: 1, skipped: wrong.length });
      for (const [at, [name]] of wrong.entries()) {
        expect(body.items[at].status, name).toBe('skipped');
        expect(body.items[at].reason, name).toBeTruthy();
      }
      expect(await count()).toBe(before + 1);
    });

    it('change nothing of how the server works', async () => {
      for (const text of [
        '{"__proto__":{"polluted":true},"mapping":{}}',
        '[{"constructor":{"prototype":{"polluted":true}},"mapping":{}}]',
        `[{"mapping":{"__proto__":{"parent":null}}}]`,
        `${'['.repeat(200_000)}${']'.repeat(200_000)}`,
        `{"chat":${'{"chat":'.repeat(50_000)}1${'}'.repeat(50_000)}}`,
      ]) {
        const answer = await ben.post('/api/conversations/import', text, {
          headers: { 'content-type': 'application/json' },
        });
        expect([200, 400], text.slice(0, 60)).toContain(answer.status);
        expect(answer.body.imported ?? 0).toBe(0);
      }
      expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
    });

    it('may hold a long chain and odd characters', async () => {
      const mapping = Object.fromEntries(
        Array.from({ length: 5_000 }, (_, n) => [
          `n${n}`,
          node(n ? `n${n - 1}` : null, n % 2 ? 'assistant' : 'tool', `a\u0000b ${n} \ud800`),
        ]),
      );
      const { body } = await ben.post('/api/conversations/import', [{ title: 'x\u0000y'.repeat(500), mapping }]);
      expect(body).toMatchObject({ imported: 1, skipped: 0 });
      await ben.delete(`/api/conversations/${body.items[0].conversation_id}`);
    });
  });

  it('are nobody else’s', async () => {
    const id = await conversation();
    expect((await ben.get(`/api/conversations/${id}/export`)).status).toBe(404);
    expect((await ben.get(`/api/conversations/${newId()}/export?format=md`)).status).toBe(404);
    for (const path of [`/api/conversations/${id}/export`, '/api/conversations/export'])
      expect((await app.stranger().get(path)).status).toBe(401);
    expect((await app.stranger().post('/api/conversations/import', [])).status).toBe(401);
  });
});

function node(parent: string | null, role: string, text: string): Json {
  return { parent, message: { author: { role }, content: { content_type: 'text', parts: [text] } } };
}

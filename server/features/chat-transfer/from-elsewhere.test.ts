import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestApp, type TestApp } from '../../../test/app.ts';
import type { Client, Json } from '../../../test/client.ts';
import { detailsIn } from './open-webui-details.ts';

const fixture = (name: string): Json =>
  JSON.parse(readFileSync(new URL(`../../../test/fixtures/chat-exports/${name}.json`, import.meta.url), 'utf8'));

describe('conversations of other programs', () => {
  let app: TestApp;
  let anna: Client;
  beforeAll(async () => {
    app = await createTestApp();
    anna = await app.person('anna');
  });
  afterAll(() => app.close());

  const take = async (file: Json): Promise<{ item: Json; messages: Json[]; conversation: Json }> => {
    const { status, body } = await anna.post('/api/conversations/import', file);
    expect([status, body.imported]).toEqual([200, 1]);
    const [item] = body.items;
    const path = `/api/conversations/${item.conversation_id}`;
    return {
      item,
      messages: (await anna.get(`${path}/messages?limit=200`)).body.items,
      conversation: (await anna.get(path)).body,
    };
  };
  const saying = (messages: Json[], content: string): Json => {
    const found = messages.find((message) => message.content === content);
    if (!found) throw new Error(`nobody says “${content}”: ${JSON.stringify(messages.map((one) => one.content))}`);
    return found;
  };

  it('come from ChatGPT with edited questions and second answers, each turn of the model as one answer', async () => {
    const { item, messages, conversation } = await take(fixture('chatgpt-branches'));
    const [before, question] = ['Draw the rain of May.', 'Draw the rain of this May.'].map((text) =>
      saying(messages, text),
    );
    expect([before.parent_id, question.parent_id]).toEqual([null, null]);
    const cut = saying(messages, 'Which May do you');
    expect(cut).toMatchObject({ parent_id: before.id, status: 'stopped' });

    const answer = saying(messages, 'Let me look.\n\nIt rained on twelve days.');
    expect(answer).toMatchObject({ parent_id: question.id, model: 'o3' });
    expect(answer.parts).toMatchObject([
      { type: 'reasoning', text: 'It has a column of days.\n\nBars will do.' },
      { name: 'python', arguments: { code: 'df.plot.bar()' }, at: 12, result: { content: '<Axes: >' } },
      { name: 'web.search', arguments: { q: 'rain May' }, result: { content: '# Rain\n12 days' } },
    ]);
    expect(saying(messages, 'Twelve days, the second time.').parent_id).toBe(question.id);
    const next = saying(messages, 'Paint it.');
    expect(next.parent_id).toBe(answer.id);
    // A turn that ends with a picture alone is there all the same.
    expect(messages.find(({ parent_id }) => parent_id === next.id)).toMatchObject({
      content: '',
      parts: [
        { name: 'dalle.text2im', arguments: { prompt: 'Rain in May', size: '1024x1024' }, result: { content: '' } },
      ],
    });
    expect(messages).toHaveLength(7);
    expect(conversation).toMatchObject({ pinned: true, leaf_id: cut.id });
    expect(item.left_out).toEqual([
      { kind: 'picture', count: 2 },
      { kind: 'sound', count: 1 },
      { kind: 'file', count: 1 },
    ]);
  });

  it('come from Open WebUI with answers of several models, their thoughts and calls, and the pictures that are in the file', async () => {
    const { item, messages, conversation } = await take(fixture('open-webui-branches'));
    const question = saying(messages, 'What is this?');
    expect(question.parts).toMatchObject([{ type: 'file', filename: 'Picture 1.png' }]);
    const picture = await anna.get(`/api/files/${question.parts[0].file_id}`);
    expect(picture.body).toMatchObject({ content_type: 'image/png' });

    const answer = saying(messages, 'A dot.\n\nOne pixel.');
    expect(answer).toMatchObject({ parent_id: question.id, model: 'llava:13b' });
    expect(answer.parts).toMatchObject([
      { type: 'reasoning', text: 'One dot.\nIt is <blue>.' },
      { type: 'tool', id: 'call_7', name: 'measure', arguments: { unit: 'px' }, result: { content: '1 × 1' } },
    ]);
    const other = messages.find(({ model }) => model === 'qwen3:8b');
    expect(other).toMatchObject({ parent_id: question.id, parts: [] });
    expect(other.content).toContain('<details><summary>Not ours</summary>stays</details>');
    expect(saying(messages, 'I was')).toMatchObject({ status: 'failed' });
    expect(conversation).toMatchObject({ pinned: true, leaf_id: answer.id });
    expect(item.left_out).toEqual([
      { kind: 'picture', count: 2 },
      { kind: 'file', count: 1 },
      { kind: 'source', count: 1 },
    ]);
  });

  it('leave nothing in Files when the conversation itself cannot be taken', async () => {
    const count = async (): Promise<number> => (await anna.get('/api/files')).body.items.length;
    const before = await count();
    const [broken] = fixture('open-webui-branches');
    broken.chat.history.messages.q1.parentId = 'a1';
    const { body } = await anna.post('/api/conversations/import', [broken]);
    expect(body).toMatchObject({ imported: 0, skipped: 1 });
    expect(await count()).toBe(before);
  });

  it('are refused in a word where the file is too large, or no JSON', async () => {
    const json = { headers: { 'content-type': 'application/json' } };
    const large = await anna.post('/api/conversations/import', `["${'x'.repeat(51 * 1024 * 1024)}"]`, json);
    expect(large).toMatchObject({ status: 413, body: { code: 'PAYLOAD_TOO_LARGE' } });
    expect((await anna.post('/api/conversations/import', 'PK\u0003\u0004 a zip', json)).status).toBe(400);
  });

  it('may be made to harm: what is said of itself twice, of nobody, or of wrong kinds is left out, and nothing else', async () => {
    const say = (parent: unknown, more: object = {}, content: unknown = { parts: ['words'] }) => ({
      parent,
      message: { author: { role: 'assistant' }, content, ...more },
    });
    const cases: [string, Json, number][] = [
      ['an answer to itself', { a: say('a') }, 0],
      ['current_node that goes round', { a: say(null), b: { parent: 'c' }, c: { parent: 'b' } }, 1],
      ['parts of other kinds', { a: say(null, {}, { parts: [1, null, [], { text: 5 }, { text: 'w' }] }) }, 1],
      ['thoughts of another kind', { a: say(null, {}, { content_type: 'thoughts', thoughts: 'x' }) }, 0],
      ['a time past all times', { a: say(null, { create_time: 1e300 }) }, 0],
      [
        'calls as deep as one likes',
        { a: say(null, { recipient: 'python' }, { text: `${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}` }) },
        1,
      ],
    ];
    for (const [name, mapping, taken] of cases) {
      const { status, body } = await anna.post('/api/conversations/import', [
        { title: name, current_node: 'b', mapping },
      ]);
      expect([status, body.imported, body.items[0].reason === null], name).toEqual([200, taken, taken === 1]);
    }
    const deep = `[{"title":"deep","mapping":{"a":{"x":${'{"x":'.repeat(50_000)}1${'}'.repeat(50_000)}}}}]`;
    const answer = await anna.post('/api/conversations/import', deep, {
      headers: { 'content-type': 'application/json' },
    });
    expect(answer.body.imported ?? 0).toBe(0);
    expect([200, 400]).toContain(answer.status);
    expect(({} as { parent?: unknown }).parent).toBeUndefined();
  });
});

describe('what Open WebUI writes between the words', () => {
  it.each([
    ['', { content: '', reasoning: '', tools: [] }],
    ['Only words.', { content: 'Only words.', reasoning: '', tools: [] }],
    ['<details type="reasoning">no end', { content: '<details type="reasoning">no end', reasoning: '', tools: [] }],
    [
      '<details type="code_interpreter">kept</details>',
      { content: '<details type="code_interpreter">kept</details>', reasoning: '', tools: [] },
    ],
    [
      '<details type="tool_calls" name="x" arguments="no JSON"></details>',
      { content: '', reasoning: '', tools: [{ name: 'x', arguments: { input: 'no JSON' }, result: null }] },
    ],
  ])('%s', (text, expected) => expect(detailsIn(text)).toMatchObject(expected));
});

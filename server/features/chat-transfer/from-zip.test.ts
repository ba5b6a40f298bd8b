import { readFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestApp, goodPassword, type TestApp } from '../../../test/app.ts';
import type { Answer, Client, Json } from '../../../test/client.ts';
import { createTestDatabase } from '../../../test/databases.ts';
import { zipOf } from '../../../test/zip.ts';

const fixture = (name: string): Json =>
  JSON.parse(readFileSync(new URL(`../../../test/fixtures/chat-exports/${name}.json`, import.meta.url), 'utf8'));

/** One pixel. */
const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);
const path = '/api/conversations/import';
const asZip = { headers: { 'content-type': 'application/zip' } };

const claude = [
  {
    uuid: 'c1',
    name: 'Bees in winter',
    created_at: '2025-03-01T10:00:00.123456Z',
    updated_at: '2025-03-02T10:00:00Z',
    current_leaf_message_uuid: 'm4',
    chat_messages: [
      {
        uuid: 'm1',
        parent_message_uuid: '00000000-0000-4000-8000-000000000000',
        sender: 'human',
        text: 'What do bees do?',
        content: [{ type: 'text', text: 'What do bees do?' }],
        created_at: '2025-03-01T10:00:01Z',
        attachments: [{ file_name: 'hive.pdf', file_type: 'pdf', extracted_content: 'A hive has ten frames.' }],
        files: [{ file_name: 'hive.jpg' }],
      },
      {
        uuid: 'm2',
        parent_message_uuid: 'm1',
        sender: 'assistant',
        text: 'They sleep. This block is not supported.',
        content: [{ type: 'text', text: 'They sleep.' }],
        created_at: '2025-03-01T10:00:02Z',
      },
      {
        uuid: 'm4',
        parent_message_uuid: 'm1',
        sender: 'assistant',
        text: '',
        content: [
          { type: 'thinking', thinking: 'They keep warm.' },
          { type: 'text', text: 'Let me look.' },
          { type: 'tool_use', name: 'web_search', input: { query: 'winter bees' } },
          { type: 'tool_result', name: 'web_search', content: [{ type: 'text', text: 'A cluster.' }] },
          { type: 'text', text: 'They form a cluster.' },
        ],
        created_at: '2025-03-01T10:00:03Z',
      },
    ],
  },
  { uuid: 'c2', name: 'Empty', created_at: 'x', updated_at: null, chat_messages: [] },
];

describe('exports as the ZIP that they came as', () => {
  let app: TestApp;
  let admin: Client;
  let anna: Client;
  beforeAll(async () => {
    app = await createTestApp({ env: { MAX_UPLOAD_MB: '2' } });
    [admin, anna] = [await app.person('admin'), await app.person('anna')];
  });
  afterAll(() => app.close());

  const send = async (who: Client, entries: Record<string, unknown>): Promise<Answer> =>
    who.post(path, await zipOf(entries), asZip);
  const messagesOf = async (who: Client, id: string): Promise<Json[]> =>
    (await who.get(`/api/conversations/${id}/messages?limit=200`)).body.items;
  const saying = (messages: Json[], content: string): Json => messages.find((message) => message.content === content);
  const bytesOf = async (who: Client, id: string): Promise<Buffer> =>
    Buffer.from(await (await who.fetch('GET', `/api/files/${id}/content`)).arrayBuffer());
  /** ZIPs that are still on the disk. */
  const left = async (): Promise<string[]> =>
    (await readdir(app.config.dataDir, { recursive: true })).filter((name) => name.endsWith('export.zip'));

  const chatGpt = {
    'user.json': { id: 'user-1', email: 'anna@example.org' },
    'chat.html': '<html></html>',
    'shared_conversations.json': [{ id: 's', title: 'Shared' }],
    'conversations-000.json': fixture('chatgpt-branches'),
    'conversations-001.json': fixture('chatgpt'),
    'conversation_asset_file_names.json': { 'file_02.dat': 'voice.wav' },
    'file_01.dat': png,
    'file_03-rain.csv': 'day,mm\n1,12\n',
    'dalle-generations/file-04-3c2f0f3e-11aa.webp': png,
    'file-nobody-names-this.png': png,
    'message_feedback.json': [
      { message_id: 'final', rating: 'thumbs_up', create_time: 1735700400, content: '{"text":"Well put."}' },
      { id: 'a-second', rating: 'thumbsDown', content: '{"tags":["wrong"]}' },
      { id: 'somewhere-else', rating: 'thumbs_up' },
      { id: 7, rating: null },
    ],
    '__MACOSX/._conversations.json': 'notes of the system',
  };

  it('come from ChatGPT in numbered parts, with their pictures and files in their messages, and thumbs', async () => {
    const { status, body } = await send(anna, chatGpt);
    expect([status, body.stopped]).toEqual([200, null]);
    expect(body).toMatchObject({ imported: 2, skipped: 1, files: 3, files_unused: 1, ratings: 2 });
    const [item] = body.items;
    // What was heard is not in the archive.
    expect(item.left_out).toEqual([{ kind: 'sound', count: 1 }]);
    const messages = await messagesOf(anna, item.conversation_id);
    const question = saying(messages, 'Draw the rain of this May.');
    expect(question.parts).toMatchObject([
      { type: 'file', filename: 'sky.jpg' },
      { type: 'file', filename: 'rain.csv' },
    ]);
    const [sky, rain] = question.parts.map(({ file_id }: Json) => file_id as string);
    expect((await anna.get(`/api/files/${sky}`)).body.content_type).toBe('image/png');
    expect(await bytesOf(anna, sky)).toEqual(png);
    expect(String(await bytesOf(anna, rain))).toBe('day,mm\n1,12\n');
    // A picture that a tool drew is with the tool.
    const painted = messages.find(({ parts }) => parts.some((part: Json) => part.name === 'dalle.text2im'));
    expect(painted.parts.at(-1).result.files).toMatchObject([{ filename: 'Picture.webp', content_type: 'image/png' }]);
    const thumbs = (await anna.get(`/api/feedback?conversation_id=${item.conversation_id}`)).body.items as Json[];
    expect(new Map(thumbs.map((one) => [one.message_id, [one.rating, one.reason, one.comment]]))).toEqual(
      new Map([
        [saying(messages, 'Let me look.\n\nIt rained on twelve days.').id, ['up', null, 'Well put.']],
        [saying(messages, 'Twelve days, the second time.').id, ['down', 'wrong', null]],
      ]),
    );
    expect(await left()).toEqual([]);
  });

  it('bring no files to a person who may not upload any', async () => {
    const before = (await admin.get('/api/admin/permissions')).body;
    await admin.put('/api/admin/permissions', { ...before, 'files.upload': false });
    const ben = await app.person('ben');
    const { body } = await send(ben, chatGpt);
    await admin.put('/api/admin/permissions', before);
    expect(body).toMatchObject({ imported: 2, files: 0, ratings: 2 });
    expect(body.items[0].left_out).toContainEqual({ kind: 'picture', count: 2 });
    expect((await ben.get('/api/files')).body.items).toEqual([]);
  });

  it('come from Claude with both answers, what was thought and called, and the text of what was attached', async () => {
    const { body } = await send(anna, { 'conversations.json': claude, 'users.json': [{ uuid: 'u' }] });
    expect(body).toMatchObject({ imported: 1, skipped: 1, files: 1 });
    const [item] = body.items;
    expect(item).toMatchObject({ title: 'Bees in winter', left_out: [{ kind: 'file', count: 1 }] });
    const messages = await messagesOf(anna, item.conversation_id);
    const question = saying(messages, 'What do bees do?');
    expect(question.parts).toMatchObject([{ type: 'file', filename: 'hive.pdf.txt' }]);
    expect(String(await bytesOf(anna, question.parts[0].file_id))).toBe('A hive has ten frames.');
    expect(saying(messages, 'They sleep.').parent_id).toBe(question.id);
    const kept = saying(messages, 'Let me look.\n\nThey form a cluster.');
    expect(kept).toMatchObject({ parent_id: question.id, created_at: '2025-03-01T10:00:03.000Z' });
    expect(kept.parts).toMatchObject([
      { type: 'reasoning', text: 'They keep warm.' },
      {
        type: 'tool',
        name: 'web_search',
        arguments: { query: 'winter bees' },
        at: 12,
        result: { content: 'A cluster.' },
      },
    ]);
    const { leaf_id } = (await anna.get(`/api/conversations/${item.conversation_id}`)).body;
    expect(leaf_id).toBe(kept.id);
    // As JSON too.
    expect((await anna.post(path, claude)).body).toMatchObject({ imported: 1, skipped: 1 });
  });

  it('come from Open WebUI with what was thought of its answers', async () => {
    const chats = fixture('open-webui-branches');
    const [name] =
      Object.entries<Json>(chats[0].chat.history.messages).find(([, one]) => one.model === 'qwen3:8b') ?? [];
    chats[0].chat.history.messages[name ?? ''].annotation = { rating: -1, reason: 'Not true', comment: 'Two dots.' };
    const { body } = await send(anna, { 'export/chat-export-1735700000000.json': chats });
    expect(body).toMatchObject({ imported: 1, ratings: 1, files: 1 });
    const { items } = (await anna.get(`/api/feedback?conversation_id=${body.items[0].conversation_id}`)).body;
    expect(items).toMatchObject([{ rating: 'down', reason: 'Not true', comment: 'Two dots.' }]);
  });

  it('come from another account here with the files that its conversations name, and none that they do not', async () => {
    const [ada, eve] = [await app.person('ada'), await app.person('eve')];
    const note = await ada.uploadAndWait('note.txt', 'Something to read.', 'text/plain');
    await ada.uploadAndWait('other.txt', 'In no conversation.', 'text/plain');
    await ada.chat({ content: 'See the note', file_ids: [note.id], model: 'librarian/librarian' });
    await ada.post('/api/users/me/export', { password: goodPassword });
    const state = async (): Promise<Json> => (await ada.get('/api/users/me/export')).body.status;
    await expect.poll(state, { timeout: 60_000 }).toBe('ready');
    const zip = await (await ada.fetch('GET', '/api/users/me/export/content')).arrayBuffer();

    const { body } = await eve.post(path, new Uint8Array(zip), asZip);
    expect(body).toMatchObject({ imported: 1, files: 1, files_unused: 1, stopped: null });
    expect(body.items[0].left_out).toEqual([]);
    const [question] = await messagesOf(eve, body.items[0].conversation_id);
    expect(question.parts).toMatchObject([{ type: 'file', filename: 'note.txt' }]);
    const copy = question.parts[0].file_id as string;
    expect(copy).not.toBe(note.id);
    expect(String(await bytesOf(eve, copy))).toBe('Something to read.');
    // Back at home they are there already.
    const back = await ada.post(path, new Uint8Array(zip), asZip);
    expect(back.body).toMatchObject({ imported: 1, files: 0 });
    expect((await messagesOf(ada, back.body.items[0].conversation_id))[0].parts[0].file_id).toBe(note.id);
  });

  it('are told of while they are taken, to who asks for events', async () => {
    const headers = { ...asZip.headers, accept: 'text/event-stream' };
    const answer = await anna.fetch('POST', path, await zipOf(chatGpt), { headers });
    expect(answer.headers.get('content-type')).toContain('text/event-stream');
    const events = (await answer.text()).split('\n\n').filter((text) => text.startsWith('event'));
    const told = events.map((text): [string, Json] => {
      const [, event = '', data = ''] = /^event: (.*)\ndata: (.*)$/.exec(text) ?? [];
      return [event, JSON.parse(data)];
    });
    expect(told.map(([event]) => event)).toEqual(['item', 'item', 'item', 'done']);
    const shares = told.slice(0, 3).map(([, { progress }]) => progress as number);
    expect(shares).toEqual(shares.toSorted((a, b) => a - b));
    expect(told[3]?.[1]).toEqual({ imported: 2, skipped: 1, files: 3, files_unused: 1, ratings: 2, stopped: null });
    const refused = await anna.post(path, await zipOf({ 'a.txt': 'no export' }), { headers });
    expect(refused).toMatchObject({ status: 400, body: { code: 'VALIDATION_FAILED' } });
  });

  it('end after the conversation that they are at when their reader leaves, and each that was taken is whole', async () => {
    const cleo = await app.person('cleo');
    const [one] = fixture('chatgpt');
    const many = Array.from({ length: 300 }, (_, n) => ({ ...one, title: `Chat ${n}` }));
    const leave = new AbortController();
    const headers = { ...asZip.headers, accept: 'text/event-stream' };
    const zip = await zipOf({ 'conversations.json': many });
    const answer = await cleo.fetch('POST', path, zip, { headers, signal: leave.signal });
    await answer.body?.getReader().read();
    leave.abort();
    await expect.poll(left).toEqual([]);
    const kept = (await cleo.get('/api/conversations/export')).body.conversations as Json[];
    expect(kept.length).toBeGreaterThan(0);
    expect(kept.length).toBeLessThan(many.length);
    for (const { messages } of kept) expect(messages).toHaveLength(3);
  });

  describe('that are broken or hostile', () => {
    const good = { 'conversations.json': [fixture('chatgpt')[0]] };
    const refused = async (body: Uint8Array, headers: object = {}): Promise<unknown[]> => {
      const answer = await anna.post(path, body, { headers: { ...asZip.headers, ...headers } });
      expect(await left()).toEqual([]);
      return [answer.status, answer.body.code];
    };
    const patched = async (change: (zip: Buffer) => void): Promise<Buffer> => {
      const zip = await zipOf(good);
      change(zip);
      return zip;
    };
    const replaced = (zip: Buffer, from: string, to: string): Buffer =>
      Buffer.from(zip.toString('latin1').replaceAll(from, to), 'latin1');

    it('are refused with a code that says why, and leave nothing behind', async () => {
      const directory = (zip: Buffer): number => zip.lastIndexOf(Buffer.from('PK\u0001\u0002', 'latin1'));
      expect(await refused(Buffer.from('PK\u0003\u0004 a zip'))).toEqual([422, 'FILE_UNREADABLE']);
      expect(await refused(Buffer.alloc(0))).toEqual([422, 'FILE_UNREADABLE']);
      expect(await refused((await zipOf(good)).subarray(0, -30))).toEqual([422, 'FILE_UNREADABLE']);
      // Its list of what is in it points nowhere.
      expect(await refused(await patched((zip) => zip.writeUInt32LE(2 ** 31, zip.length - 6)))).toEqual([
        422,
        'FILE_UNREADABLE',
      ]);
      expect(await refused(await patched((zip) => zip.writeUInt16LE(9, directory(zip) + 8)))).toEqual([
        422,
        'FILE_ENCRYPTED',
      ]);
      // Its bytes are not what their sum says, or not as many.
      expect(await refused(await patched((zip) => zip.writeUInt32LE(5, directory(zip) + 24)))).toEqual([
        422,
        'FILE_UNREADABLE',
      ]);
      for (const name of ['../evil.json', '/abs/ev.json', 'C:/evil.json']) {
        const zip = replaced(await zipOf({ ...good, 'aa/bbbb.json': '[]' }), 'aa/bbbb.json', name);
        expect(await refused(zip), name).toEqual([422, 'FILE_UNREADABLE']);
      }
      const nested = await zipOf({ 'export.zip': await zipOf(good) });
      expect(await refused(nested)).toEqual([400, 'VALIDATION_FAILED']);
      for (const json of ['', '{', '{"a":1}', '7', 'null', '[', '[{"title":"x"'])
        expect(await refused(await zipOf({ 'conversations.json': json })), json).toEqual([400, 'VALIDATION_FAILED']);
      // The same entry, listed more often than there may be any.
      const zip = await zipOf(good);
      const [from, end] = [directory(zip), zip.length - 22];
      const list = Buffer.concat(Array.from({ length: 20_001 }, () => zip.subarray(from, end)));
      const tail = Buffer.from(zip.subarray(end));
      tail.writeUInt16LE(20_001, 8);
      tail.writeUInt16LE(20_001, 10);
      tail.writeUInt32LE(list.length, 12);
      expect(await refused(Buffer.concat([zip.subarray(0, from), list, tail]))).toEqual([422, 'FILE_UNREADABLE']);
    });

    it('are answered, and not cut off, where they are larger than what is taken', async () => {
      const large = Buffer.concat([await zipOf(good), Buffer.alloc(3 * 2 ** 20)]);
      expect(await refused(large)).toEqual([413, 'PAYLOAD_TOO_LARGE']);
    });

    it('are not unpacked past what an export can be', async () => {
      const blanks = Buffer.alloc(65 * 2 ** 20, ' ');
      blanks.write('[');
      expect(await refused(await zipOf({ 'conversations.json': blanks }))).toEqual([422, 'FILE_UNREADABLE']);
    });

    it('say what was taken before they went wrong', async () => {
      const text = JSON.stringify(good['conversations.json']).slice(0, -1);
      const { status, body } = await send(anna, { 'conversations.json': `${text}, {"title":"cut off` });
      expect([status, body.imported, body.stopped.code]).toEqual([200, 1, 'VALIDATION_FAILED']);
      expect(body.stopped.message).toBeTruthy();
    });

    it('cost the conversation that is wrong and no other', async () => {
      const [one] = good['conversations.json'];
      const deep = `{"title":"Deep","mapping":${'{"x":'.repeat(100_000)}1${'}'.repeat(100_000)}}`;
      const huge = `{"title":"Huge","mapping":{"a":"${'x'.repeat(51 * 2 ** 20)}"}}`;
      const proto = '{"title":"Proto","mapping":{"a":{"message":null,"__proto__":{"polluted":true}}}}';
      const json = `\ufeff [${[deep, huge, proto, '{"title":nothing}', JSON.stringify(one)].join(' ,\n')} ] `;
      const { body } = await send(anna, { 'conversations.json': json });
      expect(body).toMatchObject({ imported: 1, skipped: 4, stopped: null });
      expect(body.items.map(({ reason }: Json) => reason)).toEqual([
        'Its objects lie too deep in one another.',
        'It is larger than 50 MB.',
        'One of its names is not allowed.',
        'It is not valid JSON.',
        null,
      ]);
      expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
    });

    it('name no file of anybody else, and none that is not what it is called', async () => {
      const secret = await admin.uploadAndWait('secret.txt', 'Of the admin alone.', 'text/plain');
      const chat = (await anna.post('/api/conversations', { title: 'Named' })).body.id as string;
      await anna.post(`/api/conversations/${chat}/messages`, { content: 'See' });
      const own = (await anna.get(`/api/conversations/${chat}/export`)).body;
      own.messages[0].parts = [{ type: 'file', file_id: secret.id, filename: 'secret.txt' }];
      const alone = await send(anna, { 'conversations/0001.json': own });
      expect(alone.body.items[0].left_out).toEqual([{ kind: 'file', count: 1 }]);
      const claimed = [{ id: secret.id, filename: 'mine.txt', path: 'files/mine.txt' }];
      const { body } = await send(anna, {
        'conversations/0001.json': own,
        'files.json': claimed,
        'files/mine.txt': 'Of Anna.',
      });
      const [said] = await messagesOf(anna, body.items[0].conversation_id);
      expect(String(await bytesOf(anna, said.parts[0].file_id))).toBe('Of Anna.');
      expect(String(await bytesOf(admin, secret.id))).toBe('Of the admin alone.');
      const program = await send(anna, { ...chatGpt, 'file_01.dat': Buffer.from('\u007fELF\u0001\u0002'.repeat(9)) });
      expect(program.body.items[0].left_out).toContainEqual({ kind: 'picture', count: 1 });
    });
  });

  it('is taken by no other route', async () => {
    const zip = await zipOf({ 'conversations.json': [] });
    for (const other of ['/api/conversations', '/api/files', '/api/prompts'])
      expect((await anna.post(other, zip, asZip)).status, other).toBe(415);
    expect((await app.stranger().post(path, zip, asZip)).status).toBe(401);
  });
});

it('an import that the database ends says what it took until then, and keeps no file of what it did not', async () => {
  const database = await createTestDatabase('sqlite');
  const app = await createTestApp({ env: { DATABASE_URL: database.url } });
  try {
    const anna = await app.person('anna');
    await sql`create trigger no_bad before insert on conversations when new.title = 'Bad'
      begin select raise(abort, 'not this one'); end`.execute(database.db);
    const [chat] = fixture('chatgpt-branches');
    const bad = JSON.parse(JSON.stringify({ ...chat, title: 'Bad' }).replaceAll('file_01', 'file_05'));
    const zip = (conversations: Json[]): Promise<Buffer> =>
      zipOf({ 'conversations.json': conversations, 'file_01.dat': png, 'file_05.dat': png });
    const files = async (): Promise<Json[]> => (await anna.get('/api/files')).body.items;

    const none = await anna.post(path, await zip([bad, chat]), asZip);
    expect([none.status, none.body.code, await files()]).toEqual([500, 'INTERNAL_ERROR', []]);
    const { status, body } = await anna.post(path, await zip([chat, bad, chat]), asZip);
    expect(status).toBe(200);
    expect(body).toMatchObject({ imported: 1, skipped: 0, files: 1, stopped: { code: 'INTERNAL_ERROR' } });
    expect(await files()).toHaveLength(1);
    expect((await anna.get('/api/conversations')).body.items).toHaveLength(1);
  } finally {
    await app.close();
    await database.close();
  }
});

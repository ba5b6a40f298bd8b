import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestApp, type TestApp } from '../../../test/app.ts';
import type { Client, Json } from '../../../test/client.ts';
import { describeEachDatabase } from '../../../test/databases.ts';
import { messageStatuses, type MessagePart } from '../../../shared/api/chat.ts';
import type { ToolFile } from '../../../shared/api/tools.ts';
import { errorCodes } from '../../../shared/errors.ts';
import { finishReasons } from '../../../shared/stream.ts';
import { createMessageRepository, type MessageRow } from '../chat/message-repository.ts';
import { newMessage } from '../chat/rows.ts';

/** Any text: of UTF-16 units that are no pairs, control characters, emoji in clusters, right to left, or nothing. */
const units = (least: number) =>
  fc.array(fc.integer({ min: least, max: 0xffff }), { maxLength: 12 }).map((all) => String.fromCharCode(...all));
const texts = (least: number) =>
  fc.oneof(
    fc.constant(''),
    fc.string(),
    fc.string({ unit: 'grapheme' }),
    units(least),
    fc.constant('# “ünïcode” 👩‍👩‍👧 ב\r\n\t'),
  );
/** In JSON everything has a place; in a column NUL has none on every engine. */
const inJson = texts(0);
const inColumn = texts(1).map((text) => text.replaceAll('\0', ''));
const label = inColumn.map((text) => text.toWellFormed());
const count = fc.nat({ max: 2_147_483_647 });
const maybe = <T>(one: fc.Arbitrary<T>) => fc.option(one, { nil: null });
const uuid = fc.uuid({ version: 7 });
const box = fc.tuple(fc.nat(9_999), fc.nat(9_999), fc.nat(9_999), fc.nat(9_999));

/** Arguments of a tool; a field `__proto__` is no part of any. */
const args = fc
  .dictionary(inJson, fc.jsonValue({ maxDepth: 2 }), { maxKeys: 3 })
  .filter((value) => !JSON.stringify(value).includes('__proto__'));

const parts = (fileId: string): fc.Arbitrary<MessagePart[]> =>
  fc.array(
    fc.oneof(
      fc.record({ type: fc.constant('text' as const), text: inJson }),
      fc.record({ type: fc.constant('reasoning' as const), text: inJson }),
      fc.constant({ type: 'file' as const, file_id: fileId, filename: 'note.txt' }),
      fc.record({ type: fc.constant('collection' as const), collection_id: uuid, name: inJson }),
      fc.constant({ type: 'web_search' as const }),
      fc.constant({ type: 'compare' as const }),
      fc.record({ type: fc.constant('summary' as const), text: inJson, until: uuid, turns: count, omitted: count }),
      fc.record({
        type: fc.constant('citations' as const),
        items: fc.array(
          fc.record({
            number: count,
            page: maybe(count),
            boxes: fc.array(box, { maxLength: 2 }),
            quotes: fc.array(
              fc.record({
                text: inJson,
                found: fc.boolean(),
                start: maybe(count),
                end: maybe(count),
                boxes: fc.array(box, { maxLength: 1 }),
              }),
              { maxLength: 2 },
            ),
            unproven: fc.array(count, { maxLength: 2 }),
          }),
          { maxLength: 2 },
        ),
      }),
      // The keys in another order than that of the schema, as an answer in the making writes them.
      fc.record({
        type: fc.constant('tool' as const),
        id: inJson,
        name: inJson,
        arguments: args,
        at: count,
        round: count,
        approval: maybe(fc.constantFrom('asked' as const, 'allowed' as const, 'denied' as const)),
        result: maybe(
          fc.record(
            {
              content: inJson,
              is_error: fc.boolean(),
              files: fc.constant<ToolFile[]>([{ id: fileId, filename: 'note.txt', content_type: 'text/plain' }]),
            },
            { requiredKeys: ['content', 'is_error'] },
          ),
        ),
      }),
    ),
    { maxLength: 4 },
  );

const sources = fc.array(
  fc.record(
    {
      source: fc.record(
        { kind: fc.constantFrom('file', 'web'), id: uuid, title: inJson, url: inJson },
        { requiredKeys: ['kind', 'id', 'title'] },
      ),
      page: count,
      text: inJson,
      score: fc.double({ noNaN: true, noDefaultInfinity: true }),
    },
    { requiredKeys: ['source', 'text', 'score'] },
  ),
  { maxLength: 2 },
);

type Said = Pick<MessageRow, 'content' | 'role' | 'created_at'> & {
  /** Which of those before it answers; one that is not there: none. */
  above: number;
  rest: Partial<MessageRow>;
  rating: 'up' | 'down' | null;
  comment: string | null;
};

const said = (fileId: string): fc.Arbitrary<Said> =>
  fc.record({
    content: inColumn,
    role: fc.constantFrom('user' as const, 'assistant' as const),
    // Often the same millisecond.
    created_at: fc.integer({ min: 1_700_000_000_000, max: 1_700_000_000_004 }),
    above: fc.nat(20),
    rating: maybe(fc.constantFrom('up' as const, 'down' as const)),
    comment: maybe(label.map((text) => text.trim())),
    rest: fc.record({
      parts: parts(fileId).map((all) => JSON.stringify(all)),
      sources: sources.map((all) => JSON.stringify(all)),
      status: fc.constantFrom(...messageStatuses.filter((status) => status !== 'streaming')),
      model: maybe(label),
      provider: maybe(label),
      assistant: maybe(
        fc
          .record({ id: uuid, name: label, emoji: maybe(fc.constantFrom('🦉', '')) })
          .map((mark) => JSON.stringify(mark)),
      ),
      prompt_tokens: maybe(count),
      completion_tokens: maybe(count),
      cost: maybe(fc.maxSafeNat()),
      finish_reason: maybe(fc.constantFrom(...finishReasons)),
      error_code: maybe(fc.constantFrom(...errorCodes)),
      error_message: maybe(inColumn),
      first_token_ms: maybe(count),
      duration_ms: maybe(count),
    }),
  });

const titles = label.map((text) => text.trim()).filter((text) => text !== '' && text.length <= 200);

const conversations = (fileId: string) =>
  fc.record({
    title: titles,
    tags: fc.uniqueArray(fc.constantFrom('a', 'b', 'ünïcode', 'zwei worte'), { maxLength: 4 }),
    changes: fc.record({
      pinned: fc.boolean(),
      archived: fc.boolean(),
      memory: fc.boolean(),
      model: maybe(fc.constant('a/b')),
    }),
    messages: fc.array(said(fileId), { minLength: 1, maxLength: 12 }),
    /** Which message was kept; one that is not there: none. */
    kept: fc.nat(20),
  });

/** The words of an export, with each id as its place in the file. */
function without(ids: readonly string[], words: string): string {
  return ids.reduce((text, id, at) => text.replaceAll(id, `id-${at}`), words);
}

describeEachDatabase('any conversation', (database, engine) => {
  let app: TestApp;
  let anna: Client;
  let ben: Client;
  let fileId: string;
  beforeAll(async () => {
    app = await createTestApp({ env: { DATABASE_URL: database().url } });
    anna = await app.person('anna');
    ben = await app.person('ben');
    fileId = (await anna.uploadAndWait('note.txt', 'Something to read.', 'text/plain')).id as string;
  });
  afterAll(() => app.close());

  const exported = async (who: Client, id: string): Promise<string> =>
    (await who.fetch('GET', `/api/conversations/${id}/export`)).text();
  const bare = (words: string): string => {
    const { id, messages } = JSON.parse(words) as Json;
    return without([id, ...messages.map((message: Json) => message.id as string)], words);
  };

  async function make({ title, tags, changes, messages, kept }: Json): Promise<string> {
    const { id } = (await anna.post('/api/conversations', { title, tags })).body;
    const rows: MessageRow[] = [];
    for (const { content, role, created_at, above, rest } of messages as Said[]) {
      const parentId = rows[above]?.id ?? null;
      rows.push({ ...newMessage({ conversationId: id, parentId, role, content, at: created_at }), ...rest });
    }
    await createMessageRepository(database().db).insert(rows);
    const leaf_id = rows[kept]?.id ?? null;
    expect((await anna.patch(`/api/conversations/${id}`, { ...changes, leaf_id })).status).toBe(200);
    for (const [at, { rating, comment, role }] of (messages as Said[]).entries()) {
      if (rating === null || role !== 'assistant') continue;
      const body = { message_id: rows[at]?.id, rating, comment };
      expect((await anna.post('/api/feedback', body)).status).toBe(201);
    }
    return id as string;
  }

  /** What somebody has of it who has none of its files. */
  function withoutFiles(words: string): string {
    const file = JSON.parse(words) as Json;
    for (const message of file.messages) {
      message.parts = message.parts.filter(({ type }: Json) => type !== 'file');
      for (const { result } of message.parts) delete result?.files;
    }
    return JSON.stringify(file);
  }

  it('comes back from its file with the same bytes but for ids, here and in another account', async () => {
    await fc.assert(
      fc.asyncProperty(conversations(fileId), async (conversation) => {
        const before = await exported(anna, await make(conversation));
        for (const [who, expected] of [
          [anna, before],
          [ben, withoutFiles(before)],
        ] as const) {
          const { body } = await who.post('/api/conversations/import', before, {
            headers: { 'content-type': 'application/json' },
          });
          expect(body).toMatchObject({ imported: 1, skipped: 0 });
          expect(bare(await exported(who, body.items[0].conversation_id))).toBe(bare(expected));
        }
      }),
      { numRuns: engine === 'sqlite' ? 40 : 10 },
    );
  });
});

import type { Insertable } from 'kysely';
import { beforeAll, expect, it } from 'vitest';
import { describeEachDatabase } from '../../../test/databases.ts';
import type { DB } from '../../db/schema.ts';
import { newId } from '../../lib/ids.ts';
import { createMessageIndex } from './create.ts';
import type { MessageFilter, MessageIndex } from './driver.ts';
import { seedUser } from './search.fixture.ts';
import { messageTerms } from './term-query.ts';

/** More than what PostgreSQL reads of the newest before it asks its index. */
const MESSAGES = 3_000;

type Said = { id: string; owner: string; words: string[]; model: string | null };

describeEachDatabase('a long history', (database, engine) => {
  let index: MessageIndex;
  let said: Said[];
  let anna: string;
  let ben: string;

  beforeAll(async () => {
    const { db, reader } = database();
    index = createMessageIndex(reader, engine);
    anna = (await seedUser(db, [])).userId;
    ben = (await seedUser(db, [])).userId;
    const conversationOf = new Map<string, string>();
    for (const userId of [anna, ben]) {
      const id = newId();
      conversationOf.set(userId, id);
      await db
        .insertInto('conversations')
        .values({
          id,
          user_id: userId,
          title: 'Talk',
          title_by_user: 0,
          pinned: 0,
          archived: 0,
          memory: 1,
          created_at: 0,
          updated_at: 0,
        })
        .execute();
    }
    said = Array.from({ length: MESSAGES }, (_, at) => ({
      id: newId(),
      owner: at % 100 === 50 ? ben : anna,
      words: [
        'everywhere',
        ...(at % 2 ? ['often'] : []),
        ...(at % 200 === 0 ? ['seldom'] : []),
        ...(at === 7 ? ['once'] : []),
      ],
      model: at < 30 ? 'old' : null,
    }));
    for (let at = 0; at < said.length; at += 100) {
      const some = said.slice(at, at + 100);
      await db
        .insertInto('messages')
        .values(some.map((one) => messageRow(one, conversationOf.get(one.owner) ?? '')))
        .execute();
      await db
        .insertInto('message_terms')
        .values(some.map(({ id, owner, words }) => ({ message_id: id, terms: messageTerms(owner, new Set(words)) })))
        .execute();
    }
  });

  const find = async (
    groups: string[][],
    more: { filter?: MessageFilter; before?: string; limit?: number; userId?: string } = {},
  ) => {
    const { filter = {}, before, limit = 21, userId = anna } = more;
    const hits = await index.find({ userId, groups, filter, before, limit, depth: 20_000 });
    return hits.map(({ message_id }) => message_id);
  };
  /** What has to be found, without any index. */
  const expected = (
    groups: string[][],
    {
      before = '~',
      model,
      limit = 21,
      userId = anna,
    }: Partial<Record<'before' | 'model' | 'userId', string>> & {
      limit?: number;
    } = {},
  ) =>
    said
      .filter(({ id, owner, words, model: by }) => {
        const wanted = owner === userId && id < before && (model === undefined || by === model);
        return wanted && groups.every((group) => group.some((word) => words.includes(word)));
      })
      .map(({ id }) => id)
      .toReversed()
      .slice(0, limit);

  it.each([
    ['everywhere', [['everywhere']]],
    ['often', [['often']]],
    ['seldom', [['seldom']]],
    ['once, long ago', [['once']]],
    ['together', [['often'], ['once']]],
    ['in one of several forms', [['once', 'seldom'], ['everywhere']]],
    ['never together', [['often'], ['seldom']]],
    ['never', [['never']]],
  ])('finds words that stand %s', async (_, groups) => {
    expect(await find(groups)).toEqual(expected(groups));
    expect(await find(groups, { userId: ben })).toEqual(expected(groups, { userId: ben }));
  });

  it('goes on from any message to the end, whatever the word', async () => {
    for (const groups of [[['seldom']], [['once']], [['everywhere']]]) {
      for (const place of [2_999, 2_000, 900, 100, 3, 0]) {
        const before = said[place]?.id ?? '';
        expect(await find(groups, { before })).toEqual(expected(groups, { before }));
      }
    }
    expect(await find([['everywhere']], { limit: 5_000 })).toEqual(expected([['everywhere']], { limit: 5_000 }));
  });

  it('finds the few among many that are what they have to be beside', async () => {
    const filter = { model: 'old' };
    for (const groups of [[['everywhere']], [['often']], [['seldom']], [['once']]])
      expect(await find(groups, { filter, limit: 40 })).toEqual(expected(groups, { model: 'old', limit: 40 }));
    expect(await find([['everywhere']], { filter: { model: 'nobody' } })).toEqual([]);
  });
});

const messageRow = ({ id, words, model }: Said, conversationId: string): Insertable<DB['messages']> => ({
  id,
  conversation_id: conversationId,
  role: 'user',
  content: words.join(' '),
  parts: '[]',
  status: 'complete',
  model,
  sources: '[]',
  created_at: 0,
  updated_at: 0,
});

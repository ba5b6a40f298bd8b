import { sql, type Kysely } from 'kysely';
import { compiled, insertRows, updateRow } from '../../db/compiled.ts';
import type { DB } from '../../db/schema.ts';
import { messageTerms } from '../../platform/search/term-query.ts';
import { termsOf } from './message-terms.ts';

export type MessageRow = DB['messages'];
export type MessagePosition = readonly [createdAt: number, id: string];

export type MessageRepository = ReturnType<typeof createMessageRepository>;

/** What is said can be searched at once: each write of a text writes its terms too. Give it a transaction for writing. */
export function createMessageRepository(db: Kysely<DB>) {
  async function index(
    messages: readonly Pick<MessageRow, 'id' | 'conversation_id' | 'content'>[],
    ownerId?: string,
  ): Promise<void> {
    const withWords = messages.flatMap(({ id, conversation_id, content }) => {
      const terms = termsOf(content);
      return terms.size ? [{ id, conversation_id, terms }] : [];
    });
    if (withWords.length === 0) return;
    const userOf = ownerId === undefined ? await ownersOf(withWords) : null;
    const rows = withWords.flatMap(({ id, conversation_id, terms }) => {
      const userId = userOf ? userOf.get(conversation_id) : ownerId;
      return userId === undefined ? [] : [{ message_id: id, terms: messageTerms(userId, terms) }];
    });
    await insertRows(db, 'message_terms', rows);
  }

  async function ownersOf(messages: readonly Pick<MessageRow, 'conversation_id'>[]): Promise<Map<string, string>> {
    const ids = [...new Set(messages.map(({ conversation_id }) => conversation_id))];
    const owners = await db.selectFrom('conversations').select(['id', 'user_id']).where('id', 'in', ids).execute();
    return new Map(owners.map(({ id, user_id }) => [id, user_id]));
  }

  return {
    /** `ownerId`: of all their conversations, where it is known. */
    insert: async (rows: readonly MessageRow[], ownerId?: string): Promise<void> => {
      await insertRows(db, 'messages', rows);
      await index(rows, ownerId);
    },

    /** Writes the terms of messages that came before there was an index of them. */
    index,

    /** Of the `window` messages after an id those whose terms are not written yet; `last`: where they end, null at the end of all. */
    unindexed: async (after: string | null, window: number): Promise<{ rows: MessageRow[]; last: string | null }> => {
      const ids = await db
        .selectFrom('messages')
        .select('id')
        .$if(after !== null, (query) => query.where('id', '>', after ?? ''))
        .orderBy('id')
        .limit(window)
        .execute();
      const [first, last] = [ids[0]?.id, ids.at(-1)?.id];
      if (first === undefined || last === undefined) return { rows: [], last: null };
      const rows = await db
        .selectFrom('messages')
        .leftJoin('message_terms', 'message_terms.message_id', 'messages.id')
        .selectAll('messages')
        .where('messages.id', '>=', first)
        .where('messages.id', '<=', last)
        .where('message_terms.message_id', 'is', null)
        .where('messages.content', '!=', '')
        .execute();
      return { rows, last };
    },

    /** Only within the owner's conversations. */
    findOwned: (userId: string, id: string): Promise<MessageRow | undefined> => owned.first(db, { userId, id }),

    newest: (conversationId: string): Promise<MessageRow | undefined> => newest.first(db, { conversationId }),

    /** Whether this answer ended without its end, and not because somebody stopped it. */
    hasFailed: async (id: string | null): Promise<boolean> => {
      const row = await db.selectFrom('messages').select('status').where('id', '=', id).executeTakeFirst();
      return row?.status === 'failed' || row?.status === 'interrupted';
    },

    /** A page of the whole tree by (created_at, id), beginning after a position. */
    page: (
      conversationId: string,
      { after, order, limit }: { after: MessagePosition | null; order: 'asc' | 'desc'; limit: number },
    ): Promise<MessageRow[]> =>
      db
        .selectFrom('messages')
        .selectAll()
        .where('conversation_id', '=', conversationId)
        .$if(after !== null, (query) =>
          query.where(({ eb, refTuple, tuple }) =>
            after
              ? eb(refTuple('created_at', 'id'), order === 'asc' ? '>' : '<', tuple(after[0], after[1]))
              : eb.lit(true),
          ),
        )
        .orderBy('created_at', order)
        .orderBy('id', order)
        .limit(limit)
        .execute(),

    /** A message and its ancestors, the oldest first; empty when it is not there. Costs what the path is long, whatever else there is. */
    pathTo: async (id: string): Promise<MessageRow[]> => {
      const path = await ancestorsOf(db, id).selectFrom('path').selectAll().execute();
      const parents = new Map(path.map((row) => [row.id, row.parent_id]));
      const ids: string[] = [];
      for (let at: string | null | undefined = id; at && parents.has(at); at = parents.get(at)) ids.push(at);
      const rows = new Map<string, MessageRow>();
      for (const some of chunksOf(ids)) {
        for (const row of await db.selectFrom('messages').selectAll().where('id', 'in', some).execute())
          rows.set(row.id, row);
      }
      return ids.toReversed().flatMap((one) => rows.get(one) ?? []);
    },

    /** A message and its nearest ancestors, `limit` in all at most, the newest first. */
    up: (id: string, limit: number): Promise<MessageRow[]> => up.all(db, { id, deepest: limit - 1 }),

    /** `at`: where it stands, where that is known, and whether it has said nothing so far. */
    update: async (
      id: string,
      changes: Partial<Omit<MessageRow, 'id' | 'conversation_id'>>,
      at?: { conversationId: string; userId: string; isFirst: boolean },
    ): Promise<void> => {
      await updateRow(db, 'messages', id, changes);
      const { content } = changes;
      if (content === undefined) return;
      if (!at?.isFirst) await forgetTerms.run(db, { id });
      if (at) return index([{ id, conversation_id: at.conversationId, content }], at.userId);
      const row = await db
        .selectFrom('messages')
        .select(['id', 'conversation_id', 'content'])
        .where('id', '=', id)
        .executeTakeFirst();
      if (row) await index([row]);
    },

    /** Puts an answer that had ended back to being written, by the run that it names; false when another run was quicker. */
    reopen: async ({ id, generation_id, updated_at }: MessageRow): Promise<boolean> => {
      const { numUpdatedRows } = await db
        .updateTable('messages')
        .set({
          status: 'streaming',
          generation_id,
          finish_reason: null,
          error_code: null,
          error_message: null,
          updated_at,
        })
        .where('id', '=', id)
        .where('status', '<>', 'streaming')
        .executeTakeFirst();
      return numUpdatedRows > 0n;
    },

    /** A message with everything that was said after it. */
    deleteSubtree: async (conversationId: string, id: string): Promise<void> => {
      const all = await db
        .selectFrom('messages')
        .select(['id', 'parent_id'])
        .where('conversation_id', '=', conversationId)
        .execute();
      const children = Map.groupBy(all, ({ parent_id }) => parent_id);
      const ids = [id];
      for (const at of ids) ids.push(...(children.get(at) ?? []).map((row) => row.id));
      // The leaves first: cut off midway, it leaves a smaller tree and no orphans.
      for (const some of chunksOf(ids.toReversed())) {
        // Their runs have what was said in their logs.
        await db
          .deleteFrom('generations')
          .where('conversation_id', '=', conversationId)
          .where('message_id', 'in', some)
          .execute();
        await db.deleteFrom('messages').where('id', 'in', some).execute();
      }
    },
  };
}

/** More messages than any path has. */
const LONGEST = 1_000_000;

/** `path`: a message and its ancestors; `depth` counts from 0 to `deepest`. */
export const ancestorsOf = (db: Kysely<DB>, id: string, deepest = LONGEST) =>
  db.withRecursive('path', (steps) =>
    steps
      .selectFrom('messages')
      .select(['id', 'parent_id', sql<number>`0`.as('depth')])
      .where('id', '=', id)
      .unionAll(
        steps
          .selectFrom('path')
          .innerJoin('messages as parent', 'parent.id', 'path.parent_id')
          .select(['parent.id as id', 'parent.parent_id as parent_id', sql<number>`path.depth + 1`.as('depth')])
          .where('path.depth', '<', deepest),
      ),
  );

const owned = compiled((db, { userId, id }: { userId: string; id: string }) =>
  db
    .selectFrom('messages')
    .innerJoin('conversations', 'conversations.id', 'messages.conversation_id')
    .selectAll('messages')
    .where('messages.id', '=', id)
    .where('conversations.user_id', '=', userId),
);

const newest = compiled((db, { conversationId }: { conversationId: string }) =>
  db
    .selectFrom('messages')
    .selectAll()
    .where('conversation_id', '=', conversationId)
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(1),
);

const up = compiled((db, { id, deepest }: { id: string; deepest: number }) =>
  ancestorsOf(db, id, deepest)
    .selectFrom('path')
    .innerJoin('messages', 'messages.id', 'path.id')
    .selectAll('messages')
    .orderBy('path.depth'),
);

const forgetTerms = compiled((db, { id }: { id: string }) =>
  db.deleteFrom('message_terms').where('message_id', '=', id),
);

/** Far below every engine's limit of parameters in one statement. */
const CHUNK = 500;

function* chunksOf<T>(items: readonly T[], size = CHUNK): Generator<readonly T[]> {
  for (let at = 0; at < items.length; at += size) yield items.slice(at, at + size);
}

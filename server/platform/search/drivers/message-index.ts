import { sql, type Kysely, type RawBuilder } from 'kysely';
import type { DB } from '../../../db/schema.ts';
import type { MessageFilter, MessageHit, MessageIndex, TermGroup } from '../driver.ts';
import { scopedGroups } from '../term-query.ts';
import type { TermEngine } from './term-index.ts';

/** Whose messages, with what words, and older than which. */
export type Wanted = {
  userId: string;
  groups: readonly TermGroup[];
  before: string | undefined;
  /** No more messages with the words are named than these. */
  depth: number;
  /** As many of the newest with the words are all that is asked for; null where something else decides beside the words. */
  enough: number | null;
};

/** One way to name messages with the words. What is cheap for common words is not for rare ones, so that several are tried in turn. */
export type Way = {
  /** A query of `message_id`. */
  found: RawBuilder<unknown>;
  /** Whether this way is worth it, by the share that had the words among what the way before looked at; without, it is. */
  when?: (share: number) => boolean;
  /** Among how many messages it looks. Absent: among all of the person's. */
  among?: number;
  /** Whether older messages may have the words too, by how many it named. */
  hasMore(named: number): boolean;
};

/** Of the ways the last one leaves nothing. */
export type MessageEngine = { ways(wanted: Wanted): readonly Way[] };

/** `age`: what rows are ordered by, descending, for the newest first: as cheap as not ordering where the engine can. */
export type AgedTermEngine = TermEngine & { age: RawBuilder<unknown> };

/** Of the messages with the words the newest are looked at first; older ones, where those are not what is looked for. */
const WINDOWS = [200, 2_000];

/** For engines that name the newest rows with some words without naming the others. */
export const newestFirst = (engine: AgedTermEngine): MessageEngine => ({
  ways: ({ groups, before, depth }) =>
    [...WINDOWS.filter((window) => window < depth), depth].map((window) => ({
      found: sql`
        select p.message_id from ${engine.source} where ${engine.has(groups)} ${olderThan(before)}
        order by ${engine.age} desc limit ${sql.lit(window)}`,
      hasMore: (named) => named === window && window < depth,
    })),
});

export const olderThan = (before: string | undefined): RawBuilder<unknown> =>
  before === undefined ? sql`` : sql`and p.message_id < ${before}`;

type Row = (MessageHit | { message_id: null }) & { named: number | string };

/** The index of messages on any engine: the words first, then what the rows have to be. */
export function messageIndexOn(db: Kysely<DB>, engine: MessageEngine): MessageIndex {
  /**
   * The joins are written so that SQLite makes them in this order: it would begin with all of the person's messages. The limit stands
   * outside, so that PostgreSQL looks up what was named, and does not go through the key of all messages until it has met enough.
   */
  async function hitsOf(
    found: RawBuilder<unknown>,
    { userId, filter, limit }: { userId: string; filter: MessageFilter; limit: number },
  ): Promise<{ hits: MessageHit[]; named: number }> {
    const { rows } = await sql<Row>`
      with found as (${found}),
      hits as (
        select m.id as message_id, m.conversation_id, m.role, c.title, m.content, m.created_at
        from found cross join messages as m cross join conversations as c
        where m.id = found.message_id and c.id = m.conversation_id and c.user_id = ${userId} ${conditions(filter)})
      select total.named, hits.* from (select count(*) as named from found) as total left join hits on 1 = 1
      order by hits.message_id desc limit ${sql.lit(limit)}`.execute(db);
    const hits = rows.filter(isHit).map(({ message_id, conversation_id, role, title, content, created_at }) => ({
      message_id,
      conversation_id,
      role,
      title,
      content,
      created_at: Number(created_at),
    }));
    return { hits, named: Number(rows[0]?.named ?? 0) };
  }

  return {
    async find({ userId, groups, filter, before, limit, depth }) {
      const all = scopedGroups({ userId }, groups);
      if (all === null || groups.length === 0) return [];
      const enough = Object.values(filter).every((condition) => condition === undefined) ? limit : null;
      let last: { hits: MessageHit[]; named: number } = { hits: [], named: 0 };
      let share = 0;
      for (const { found, when, among, hasMore } of engine.ways({ userId, groups: all, before, depth, enough })) {
        if (when && !when(share)) continue;
        last = await hitsOf(found, { userId, filter, limit });
        if (last.hits.length >= limit || !hasMore(last.named)) break;
        share = last.named / (among ?? last.named);
      }
      return last.hits;
    },
  };
}

/** Where nothing was found, there is a row all the same, with the number alone. */
const isHit = (row: Row): row is Row & MessageHit => typeof row.message_id === 'string';

function conditions({ model, role, folderId, archived, from, to }: MessageFilter): RawBuilder<unknown> {
  const parts = [
    ...(model === undefined ? [] : [sql`and m.model = ${model}`]),
    ...(role === undefined ? [] : [sql`and m.role = ${role}`]),
    ...(folderId === undefined ? [] : [sql`and c.folder_id = ${folderId}`]),
    ...(archived === undefined ? [] : [sql`and c.archived = ${archived ? 1 : 0}`]),
    ...(from === undefined ? [] : [sql`and m.created_at >= ${from}`]),
    ...(to === undefined ? [] : [sql`and m.created_at <= ${to}`]),
  ];
  return parts.length ? sql.join(parts, sql` `) : sql``;
}

import { sql, type Kysely, type RawBuilder } from 'kysely';
import type { DB } from '../../../db/schema.ts';
import type { MessageFilter, MessageHit, MessageIndex } from '../driver.ts';
import { scopedGroups } from '../term-query.ts';
import type { TermEngine } from './term-index.ts';

/** Of the messages with the words the newest are looked at first; older ones, where those are not what is looked for. */
const WINDOWS = [200, 2_000];

/** The index of messages on any engine: the words first, then what the rows have to be. */
export function messageIndexOn(db: Kysely<DB>, engine: TermEngine): MessageIndex {
  return {
    async find({ userId, groups, filter, before, limit, depth }) {
      const all = scopedGroups({ userId }, groups);
      if (all === null || groups.length === 0) return [];
      /** The joins are written so that SQLite makes them in this order: it would begin with all of the person's messages. */
      const among = async (window: number): Promise<{ hits: MessageHit[]; looked: number }> => {
        const { rows } = await sql<MessageHit & { looked: number | string }>`
          with found as (
            select p.message_id from ${engine.source} where ${engine.has(all)}
            ${before === undefined ? sql`` : sql`and p.message_id < ${before}`}
            order by ${engine.age} desc limit ${sql.lit(window)})
          select m.id as message_id, m.conversation_id, m.role, c.title, m.content, m.created_at,
            (select count(*) from found) as looked
          from found cross join messages as m cross join conversations as c
          where m.id = found.message_id and c.id = m.conversation_id and c.user_id = ${userId} ${conditions(filter)}
          order by m.id desc limit ${sql.lit(limit)}`.execute(db);
        const hits = rows.map(({ message_id, conversation_id, role, title, content, created_at }) => ({
          message_id,
          conversation_id,
          role,
          title,
          content,
          created_at: Number(created_at),
        }));
        return { hits, looked: Number(rows[0]?.looked ?? window) };
      };
      for (const window of WINDOWS) {
        if (window >= depth) break;
        const { hits, looked } = await among(window);
        if (hits.length >= limit || looked < window) return hits;
      }
      return (await among(depth)).hits;
    },
  };
}

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

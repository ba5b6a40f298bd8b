import { sql, type Kysely, type RawBuilder } from 'kysely';
import type { DB } from '../../../db/schema.ts';
import type { MessageFilter, MessageHit, MessageIndex } from '../driver.ts';
import { scopedGroups } from '../term-query.ts';
import type { TermEngine } from './term-index.ts';

/** The index of messages on any engine: the words first, cut at `depth`, then what the rows have to be. */
export function messageIndexOn(db: Kysely<DB>, engine: TermEngine): MessageIndex {
  return {
    async find({ userId, groups, filter, before, limit, depth }) {
      const all = scopedGroups({ userId }, groups);
      if (all === null || groups.length === 0) return [];
      const { rows } = await sql<MessageHit>`
        select m.id as message_id, m.conversation_id, m.role, c.title, m.content, m.created_at
        from (select p.message_id from ${engine.source} where ${engine.has(all)} limit ${sql.lit(depth)}) as found
        join messages as m on m.id = found.message_id
        join conversations as c on c.id = m.conversation_id
        where c.user_id = ${userId}
        ${before === undefined ? sql`` : sql`and m.id < ${before}`} ${conditions(filter)}
        order by m.id desc limit ${sql.lit(limit)}`.execute(db);
      return rows.map((row) => ({ ...row, created_at: Number(row.created_at) }));
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

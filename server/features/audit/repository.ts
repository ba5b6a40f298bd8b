import { sql, type Kysely } from 'kysely';
import { containing } from '../../db/dialect.ts';
import type { AuditHead, AuditLog, DB } from '../../db/schema.ts';

export type AuditFilter = {
  actor?: string | undefined;
  action?: string | undefined;
  from?: number | undefined;
  to?: number | undefined;
  q?: string | undefined;
};

/** Adds and reads. Nothing here changes or removes an entry. */
export const createAuditRepository = (db: Kysely<DB>) => ({
  head: (): Promise<AuditHead> => db.selectFrom('audit_head').selectAll().where('id', '=', 1).executeTakeFirstOrThrow(),

  /** Inside a transaction: makes all other writers wait, then says where the chain ends. */
  async lockHead(): Promise<AuditHead> {
    await db
      .updateTable('audit_head')
      .set((is) => ({ seq: is.ref('seq') }))
      .where('id', '=', 1)
      .execute();
    return this.head();
  },

  async append(entries: readonly AuditLog[]): Promise<void> {
    const last = entries.at(-1);
    if (!last) return;
    await db.insertInto('audit_log').values(entries).execute();
    await db.updateTable('audit_head').set({ seq: last.seq, hash: last.hash }).where('id', '=', 1).execute();
  },

  /** Entries that fit, in either direction from a place in the chain (which is not among them). */
  entries(
    { actor, action, from, to, q }: AuditFilter,
    { after, before, limit }: { after?: number; before?: number | undefined; limit: number },
  ): Promise<AuditLog[]> {
    let query = db.selectFrom('audit_log').selectAll();
    if (actor !== undefined) query = query.where('actor_id', '=', actor);
    if (action !== undefined) query = query.where('action', '=', action);
    if (from !== undefined) query = query.where('at', '>=', from);
    if (to !== undefined) query = query.where('at', '<', to);
    if (q) {
      const has = (column: string) => sql<boolean>`lower(${sql.ref(column)}) like lower(${containing(q)}) escape '!'`;
      const columns = ['actor_name', 'target_name', 'target_id', 'action', 'ip', 'request_id'];
      query = query.where((is) => is.or(columns.map(has)));
    }
    if (before !== undefined) query = query.where('seq', '<', before);
    if (after !== undefined) query = query.where('seq', '>', after);
    return query
      .orderBy('seq', after === undefined ? 'desc' : 'asc')
      .limit(limit)
      .execute();
  },

  async emailOf(userId: string): Promise<string | null> {
    const row = await db.selectFrom('users').select('email').where('id', '=', userId).executeTakeFirst();
    return row?.email ?? null;
  },
});

import type { Kysely } from 'kysely';
import { upsert, type Engine } from '../../db/dialect.ts';
import type { DB, QuotaLimits } from '../../db/schema.ts';

const limits = ['messages_per_day', 'tokens_per_day', 'storage_bytes'] as const;

export type Subject = { kind: 'user' | 'group'; id: string; name: string };

export type QuotaRepository = ReturnType<typeof createQuotaRepository>;

export const createQuotaRepository = (db: Kysely<DB>, engine: Engine) => ({
  async person(id: string): Promise<Subject | undefined> {
    const row = await db.selectFrom('users').select('email').where('id', '=', id).executeTakeFirst();
    return row && { kind: 'user', id, name: row.email };
  },
  async group(id: string): Promise<Subject | undefined> {
    const row = await db.selectFrom('user_groups').select('name').where('id', '=', id).executeTakeFirst();
    return row && { kind: 'group', id, name: row.name };
  },

  ofUser: (id: string): Promise<QuotaLimits | undefined> =>
    db.selectFrom('user_quotas').select(limits).where('user_id', '=', id).executeTakeFirst(),
  ofGroup: (id: string): Promise<QuotaLimits | undefined> =>
    db.selectFrom('group_quotas').select(limits).where('group_id', '=', id).executeTakeFirst(),
  ofGroupsWith: (userId: string): Promise<QuotaLimits[]> =>
    db
      .selectFrom('group_quotas')
      .innerJoin('group_members', 'group_members.group_id', 'group_quotas.group_id')
      .select(limits)
      .where('user_id', '=', userId)
      .execute(),

  async put({ kind, id }: Subject, quota: QuotaLimits, at: number): Promise<void> {
    const row = { ...quota, updated_at: at };
    if (kind === 'user')
      await upsert(db, engine, 'user_quotas', { user_id: id, ...row }, ['user_id'], [...limits, 'updated_at']);
    else await upsert(db, engine, 'group_quotas', { group_id: id, ...row }, ['group_id'], [...limits, 'updated_at']);
  },
  async delete({ kind, id }: Subject): Promise<boolean> {
    const { numDeletedRows } =
      kind === 'user'
        ? await db.deleteFrom('user_quotas').where('user_id', '=', id).executeTakeFirst()
        : await db.deleteFrom('group_quotas').where('group_id', '=', id).executeTakeFirst();
    return numDeletedRows > 0n;
  },

  async used(userId: string, day: string): Promise<{ messages: number; tokens: number } | undefined> {
    return db
      .selectFrom('usage_days')
      .select(['messages', 'tokens'])
      .where('user_id', '=', userId)
      .where('day', '=', day)
      .executeTakeFirst();
  },
});

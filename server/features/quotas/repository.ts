import type { Kysely } from 'kysely';
import { insertIfAbsent, upsert, type Engine } from '../../db/dialect.ts';
import type { DB, QuotaLimits } from '../../db/schema.ts';

const limits = ['messages_per_day', 'tokens_per_day'] as const;

export type Subject = { kind: 'user' | 'group'; id: string; name: string };

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
  async beginDay(userId: string, day: string): Promise<void> {
    await insertIfAbsent(db, engine, 'usage_days', { user_id: userId, day, messages: 0, tokens: 0 });
  },
  /** One statement looks and takes, so that of any number at once no more go through than there is room for. */
  async take(userId: string, day: string, { messages_per_day: messages, tokens_per_day: tokens }: QuotaLimits) {
    const { numUpdatedRows } = await db
      .updateTable('usage_days')
      .set((is) => ({ messages: is('messages', '+', 1) }))
      .where('user_id', '=', userId)
      .where('day', '=', day)
      .where((is) => (messages === null ? is.lit(true) : is('messages', '<', messages)))
      .where((is) => (tokens === null ? is.lit(true) : is('tokens', '<', tokens)))
      .executeTakeFirst();
    return numUpdatedRows > 0n;
  },
  async giveBack(userId: string, day: string): Promise<void> {
    await db
      .updateTable('usage_days')
      .set((is) => ({ messages: is('messages', '-', 1) }))
      .where('user_id', '=', userId)
      .where('day', '=', day)
      .where('messages', '>', 0)
      .execute();
  },
  async addTokens(userId: string, day: string, tokens: number): Promise<void> {
    await db
      .updateTable('usage_days')
      .set((is) => ({ tokens: is('tokens', '+', tokens) }))
      .where('user_id', '=', userId)
      .where('day', '=', day)
      .execute();
  },
  /** What an answer cost, and when it was asked for. */
  costOf: (
    generationId: string,
  ): Promise<{ created_at: number; prompt_tokens: number | null; completion_tokens: number | null } | undefined> =>
    db
      .selectFrom('messages')
      .select(['created_at', 'prompt_tokens', 'completion_tokens'])
      .where('generation_id', '=', generationId)
      .executeTakeFirst(),
});

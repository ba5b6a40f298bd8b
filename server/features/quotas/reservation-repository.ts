import type { Kysely } from 'kysely';
import { compiled, insertRows } from '../../db/compiled.ts';
import { insertIfAbsent, type Engine } from '../../db/dialect.ts';
import type { DB, QuotaHolds, QuotaLimits, UsageModels } from '../../db/schema.ts';

type Counts = { messages: number; tokens: number };

const add = compiled((db, { userId, day, messages, tokens }: Counts & { userId: string; day: string }) =>
  db
    .updateTable('usage_days')
    .set((is) => ({ messages: is('messages', '+', messages), tokens: is('tokens', '+', tokens) }))
    .where('user_id', '=', userId)
    .where('day', '=', day),
);

const letGo = compiled((db, { id }: { id: string }) => db.deleteFrom('quota_holds').where('id', '=', id));

/** What is counted for calls: the day's sums, what is held for calls that run, and the history. */
export const createReservationRepository = (db: Kysely<DB>, engine: Engine) => ({
  async beginDay(userId: string, day: string): Promise<void> {
    await insertIfAbsent(db, engine, 'usage_days', { user_id: userId, day, messages: 0, tokens: 0 });
  },
  /**
   * One statement looks and takes, so that of any number at once no more go through than there is room for. There is
   * room for tokens as long as any are left: the one that crosses the line is let through.
   */
  async take(
    { user_id, day, tokens }: QuotaHolds,
    { messages_per_day: most, tokens_per_day: mostTokens }: QuotaLimits,
  ): Promise<boolean> {
    const { numUpdatedRows } = await db
      .updateTable('usage_days')
      .set((is) => ({ messages: is('messages', '+', 1), tokens: is('tokens', '+', tokens) }))
      .where('user_id', '=', user_id)
      .where('day', '=', day)
      .where((is) => (most === null ? is.lit(true) : is('messages', '<', most)))
      .where((is) => (mostTokens === null ? is.lit(true) : is('tokens', '<', mostTokens)))
      .executeTakeFirst();
    return numUpdatedRows > 0n;
  },
  /** False where the person is gone. */
  add: async (userId: string, day: string, counts: Counts): Promise<boolean> =>
    (await add.run(db, { userId, day, ...counts })) > 0,

  async exists(userId: string): Promise<boolean> {
    return (await db.selectFrom('users').select('id').where('id', '=', userId).executeTakeFirst()) !== undefined;
  },

  hold: (hold: QuotaHolds): Promise<void> => insertRows(db, 'quota_holds', [hold]),
  /** False where it is not there any more: whoever gets true, and nobody else, counts what it held. */
  letGo: async (id: string): Promise<boolean> => (await letGo.run(db, { id })) > 0,
  async renew(owner: string, until: number): Promise<void> {
    await db.updateTable('quota_holds').set({ expires_at: until }).where('owner', '=', owner).execute();
  },
  expired: (at: number): Promise<QuotaHolds[]> =>
    db.selectFrom('quota_holds').selectAll().where('expires_at', '<', at).limit(500).execute(),

  async addToHistory({ user_id, day, model, ...counts }: UsageModels): Promise<void> {
    const key = { user_id, day, model };
    await insertIfAbsent(db, engine, 'usage_models', {
      ...key,
      messages: 0,
      prompt_tokens: 0,
      completion_tokens: 0,
      cost: 0,
    });
    await db
      .updateTable('usage_models')
      .set((is) => ({
        messages: is('messages', '+', counts.messages),
        prompt_tokens: is('prompt_tokens', '+', counts.prompt_tokens),
        completion_tokens: is('completion_tokens', '+', counts.completion_tokens),
        cost: is('cost', '+', counts.cost),
      }))
      .where('user_id', '=', user_id)
      .where('day', '=', day)
      .where('model', '=', model)
      .execute();
  },
});

import { sql, type Kysely } from 'kysely';
import type { DB } from '../../db/schema.ts';

export type UsageFilter = { from: string; to: string; userId?: string | undefined; model?: string | undefined };
export type Counts = { messages: number; prompt_tokens: number; completion_tokens: number; cost: number };

export const createUsageRepository = (db: Kysely<DB>) => {
  const matching = ({ from, to, userId, model }: UsageFilter) => {
    let query = db.selectFrom('usage_models').where('day', '>=', from).where('day', '<=', to);
    if (userId !== undefined) query = query.where('usage_models.user_id', '=', userId);
    if (model !== undefined) query = query.where('model', '=', model);
    return query.select((is) => [
      is.fn.sum('messages').as('messages'),
      is.fn.sum('prompt_tokens').as('prompt_tokens'),
      is.fn.sum('completion_tokens').as('completion_tokens'),
      is.fn.sum('cost').as('cost'),
    ]);
  };
  /** Sums come as text from some engines, and as null of no rows. */
  const numbers = (row: Record<keyof Counts, unknown>): Counts => ({
    messages: Number(row.messages ?? 0),
    prompt_tokens: Number(row.prompt_tokens ?? 0),
    completion_tokens: Number(row.completion_tokens ?? 0),
    cost: Number(row.cost ?? 0),
  });
  const tokens = sql`sum(prompt_tokens) + sum(completion_tokens)`;

  return {
    totals: async (filter: UsageFilter): Promise<Counts> => numbers(await matching(filter).executeTakeFirstOrThrow()),
    async byDay(filter: UsageFilter): Promise<(Counts & { day: string })[]> {
      const rows = await matching(filter).select('day').groupBy('day').orderBy('day').execute();
      return rows.map((row) => ({ day: row.day, ...numbers(row) }));
    },
    async byModel(filter: UsageFilter, limit: number): Promise<(Counts & { model: string })[]> {
      const rows = await matching(filter)
        .select('model')
        .groupBy('model')
        .orderBy(tokens, 'desc')
        .orderBy('model')
        .limit(limit)
        .execute();
      return rows.map((row) => ({ model: row.model, ...numbers(row) }));
    },
    async byUser(
      filter: UsageFilter,
      limit: number,
    ): Promise<(Counts & { user: { id: string; name: string; email: string } })[]> {
      const rows = await matching(filter)
        .innerJoin('users', 'users.id', 'usage_models.user_id')
        .select(['users.id', 'users.name', 'users.email'])
        .groupBy(['users.id', 'users.name', 'users.email'])
        .orderBy(tokens, 'desc')
        .orderBy('users.id')
        .limit(limit)
        .execute();
      return rows.map(({ id, name, email, ...row }) => ({ user: { id, name, email }, ...numbers(row) }));
    },
  };
};

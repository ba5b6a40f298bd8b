import type { Kysely } from 'kysely';
import { insertIfAbsent, upsert, type Engine } from '../../db/dialect.ts';
import type { DB, Providers } from '../../db/schema.ts';

/** What is chosen for the whole instance. */
export const choiceKeys = {
  defaultProvider: 'ai.default_provider',
  defaultModel: 'ai.default_model',
  fallbackModel: 'ai.fallback_model',
  order: 'ai.provider_order',
  /** Changes with everything else, so that other processes see that something has. */
  revision: 'ai.revision',
} as const;
export type ChoiceName = keyof typeof choiceKeys;

export type ProviderRepository = ReturnType<typeof createProviderRepository>;

export const createProviderRepository = (db: Kysely<DB>, engine: Engine) => ({
  list: (): Promise<Providers[]> =>
    db.selectFrom('providers').selectAll().orderBy('created_at').orderBy('id').execute(),

  /** Fails with a unique violation where the id is taken. */
  async insert(row: Providers): Promise<void> {
    await db.insertInto('providers').values(row).execute();
  },
  /** Puts a row unless there is one. */
  insertIfAbsent: (row: Providers): Promise<boolean> => insertIfAbsent(db, engine, 'providers', row),
  async update(id: string, changes: Partial<Providers>): Promise<void> {
    await db.updateTable('providers').set(changes).where('id', '=', id).execute();
  },
  /** Deletes a row that holds no connection. */
  async deleteRules(id: string): Promise<void> {
    await db.deleteFrom('providers').where('id', '=', id).where('base_url', 'is', null).execute();
  },
  async delete(id: string): Promise<boolean> {
    const { numDeletedRows } = await db.deleteFrom('providers').where('id', '=', id).executeTakeFirst();
    return numDeletedRows > 0n;
  },

  async choices(): Promise<Partial<Record<ChoiceName, string>>> {
    const rows = await db
      .selectFrom('settings')
      .select(['key', 'value'])
      .where('key', 'in', Object.values(choiceKeys))
      .execute();
    const valueOf = new Map(rows.map(({ key, value }) => [key, value]));
    return Object.fromEntries(
      Object.entries(choiceKeys).flatMap(([name, key]) => {
        const value = valueOf.get(key);
        return value === undefined ? [] : [[name, value]];
      }),
    );
  },
  async revision(): Promise<string> {
    const row = await db
      .selectFrom('settings')
      .select('value')
      .where('key', '=', choiceKeys.revision)
      .executeTakeFirst();
    return row?.value ?? '';
  },
  /** Null forgets it. */
  async choose(name: ChoiceName, value: string | null, at: number): Promise<void> {
    const key = choiceKeys[name];
    if (value === null) await db.deleteFrom('settings').where('key', '=', key).execute();
    else await upsert(db, engine, 'settings', { key, value, updated_at: at }, ['key'], ['value', 'updated_at']);
  },

  async groupsOf(userId: string): Promise<string[]> {
    const rows = await db.selectFrom('group_members').select('group_id').where('user_id', '=', userId).execute();
    return rows.map(({ group_id }) => group_id);
  },
  /** Of several groups, the first by name that has one. */
  async groupDefault(userId: string): Promise<string | undefined> {
    const row = await db
      .selectFrom('group_models')
      .innerJoin('group_members', 'group_members.group_id', 'group_models.group_id')
      .innerJoin('user_groups', 'user_groups.id', 'group_models.group_id')
      .select('default_model')
      .where('user_id', '=', userId)
      .orderBy('name_key')
      .limit(1)
      .executeTakeFirst();
    return row?.default_model;
  },
  group: (id: string): Promise<{ id: string; name: string } | undefined> =>
    db.selectFrom('user_groups').select(['id', 'name']).where('id', '=', id).executeTakeFirst(),
  async modelOfGroup(id: string): Promise<string | null> {
    const row = await db
      .selectFrom('group_models')
      .select('default_model')
      .where('group_id', '=', id)
      .executeTakeFirst();
    return row?.default_model ?? null;
  },
  async setModelOfGroup(id: string, model: string | null, at: number): Promise<void> {
    if (model === null) await db.deleteFrom('group_models').where('group_id', '=', id).execute();
    else {
      const row = { group_id: id, default_model: model, updated_at: at };
      await upsert(db, engine, 'group_models', row, ['group_id'], ['default_model', 'updated_at']);
    }
  },
});

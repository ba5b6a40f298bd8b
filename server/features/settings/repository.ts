import type { Kysely } from 'kysely';
import { upsert, type Engine } from '../../db/dialect.ts';
import type { DB } from '../../db/schema.ts';

export const createSettingsRepository = (db: Kysely<DB>, engine: Engine) => ({
  async read(keys: readonly string[]): Promise<Map<string, string>> {
    const rows = await db.selectFrom('settings').select(['key', 'value']).where('key', 'in', keys).execute();
    return new Map(rows.map(({ key, value }) => [key, value]));
  },
  put: (key: string, value: string, at: number): Promise<void> =>
    upsert(db, engine, 'settings', { key, value, updated_at: at }, ['key'], ['value', 'updated_at']),
  async remove(key: string): Promise<void> {
    await db.deleteFrom('settings').where('key', '=', key).execute();
  },
});

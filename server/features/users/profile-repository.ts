import type { Kysely } from 'kysely';
import { upsert, type Engine } from '../../db/dialect.ts';
import type { DB, Profiles } from '../../db/schema.ts';

export const createProfileRepository = (db: Kysely<DB>, engine: Engine) => ({
  find: (userId: string): Promise<Profiles | undefined> =>
    db.selectFrom('profiles').selectAll().where('user_id', '=', userId).executeTakeFirst(),

  /** Changes what is named; `empty` is the row of a person who had told nothing yet. */
  change(empty: Profiles, changes: Partial<Omit<Profiles, 'user_id'>>): Promise<void> {
    const changing = Object.keys(changes) as (keyof typeof changes)[];
    return upsert(db, engine, 'profiles', { ...empty, ...changes }, ['user_id'], changing);
  },
});

import type { Kysely } from 'kysely';
import { upsert, type Engine } from '../../db/dialect.ts';
import type { DB } from '../../db/schema.ts';
import type { KnownNetworks } from '../../db/schema-identity.ts';

export type KnownNetworksRepository = ReturnType<typeof createKnownNetworksRepository>;

export const createKnownNetworksRepository = (db: Kysely<DB>, engine: Engine) => ({
  seenAt: async (mark: string): Promise<number | null> =>
    (await db.selectFrom('known_networks').select('seen_at').where('mark', '=', mark).executeTakeFirst())?.seen_at ??
    null,

  put: (row: KnownNetworks): Promise<void> =>
    upsert(db, engine, 'known_networks', row, ['mark'], ['user_id', 'seen_at']),

  async deleteBefore(at: number): Promise<void> {
    await db.deleteFrom('known_networks').where('seen_at', '<', at).execute();
  },
});

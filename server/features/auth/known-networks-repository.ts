import type { Kysely } from 'kysely';
import { compiled } from '../../db/compiled.ts';
import { upsert, type Engine } from '../../db/dialect.ts';
import type { DB } from '../../db/schema.ts';
import type { KnownNetworks } from '../../db/schema-identity.ts';

const byMark = compiled((db, { mark }: { mark: string }) =>
  db.selectFrom('known_networks').select('seen_at').where('mark', '=', mark),
);

export type KnownNetworksRepository = ReturnType<typeof createKnownNetworksRepository>;

export const createKnownNetworksRepository = (db: Kysely<DB>, engine: Engine) => ({
  seenAt: async (mark: string): Promise<number | null> => (await byMark.first(db, { mark }))?.seen_at ?? null,

  put: (row: KnownNetworks): Promise<void> =>
    upsert(db, engine, 'known_networks', row, ['mark'], ['user_id', 'seen_at']),

  async deleteBefore(at: number): Promise<void> {
    await db.deleteFrom('known_networks').where('seen_at', '<', at).execute();
  },
});

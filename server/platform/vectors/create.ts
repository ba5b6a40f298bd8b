import type { Config } from '../../config.ts';
import type { Database } from '../../db/database.ts';
import type { InTransaction } from '../../db/transaction.ts';
import type { Logger } from '../../lib/logger.ts';
import type { OutboundGuard } from '../../lib/outbound-guard.ts';
import type { VectorStore } from './driver.ts';

type Deps = {
  where: Config['vectors'];
  database: Pick<Database, 'db' | 'reader' | 'engine'>;
  inTransaction: InTransaction;
  guard: OutboundGuard;
  logger: Logger;
};

/** The store that the configuration names. By itself pgvector is taken where PostgreSQL has it, else the database as it is. */
export async function createVectorStore({ where, database, inTransaction, guard, logger }: Deps): Promise<VectorStore> {
  const { db } = database;
  if (where.store === 'chroma') {
    const { createChromaClient } = await import('./drivers/chroma/client.ts');
    const { createChromaVectors } = await import('./drivers/chroma/store.ts');
    return alone(createChromaVectors({ db, inTransaction, chroma: createChromaClient({ baseUrl: where.url, guard }) }));
  }
  if (database.engine === 'postgres' && where.store !== 'embedded') {
    const { findPgvector } = await import('./drivers/pgvector/extension.ts');
    const found = await findPgvector(db);
    if ('version' in found) {
      logger.info({ pgvector: found.version }, 'vectors are kept by pgvector');
      const { createPgvectorVectors } = await import('./drivers/pgvector/store.ts');
      return createPgvectorVectors({ db, inTransaction });
    }
    if (where.store === 'pgvector') throw new Error(`VECTOR_STORE is pgvector, but ${found.reason}.`);
    logger.info({ reason: found.reason }, 'pgvector is not used; vectors are kept in PostgreSQL without it');
  }
  const { createEmbeddedVectors } = await import('./drivers/embedded/store.ts');
  return alone(createEmbeddedVectors({ database, inTransaction }));

  async function alone(store: VectorStore): Promise<VectorStore> {
    if (database.engine !== 'postgres') return store;
    const { inPlaceOfPgvector } = await import('./drivers/pgvector/left-over.ts');
    return inPlaceOfPgvector(store, db);
  }
}

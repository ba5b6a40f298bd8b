import type { Kysely } from 'kysely';
import { readableCollections, sharesWith } from '../../db/readable.ts';
import type { DB } from '../../db/schema.ts';
import type { Collections, CollectionShares, CollectionSources } from '../../db/collection-tables.ts';

export type CollectionRow = Collections & { owner_name: string; access: 'owner' | 'write' | 'read' };
export type SourceRow = CollectionSources & {
  file_status: DB['files']['status'] | null;
  file_detail: string | null;
  content_type: string | null;
  size: number | null;
  page_count: number | null;
};
export type Counts = { total: number; ready: number; failed: number };

export function createCollectionRepository(db: Kysely<DB>) {
  const visible = async (userId: string, id?: string): Promise<CollectionRow[]> => {
    let query = db
      .selectFrom('collections')
      .innerJoin('users', 'users.id', 'collections.user_id')
      .selectAll('collections')
      .select('users.name as owner_name')
      .where('collections.id', 'in', readableCollections(db, userId));
    if (id !== undefined) query = query.where('collections.id', '=', id);
    const rows = await query.orderBy('collections.id', 'desc').execute();
    const writable = new Set(
      (
        await sharesWith(db, userId)
          .select('collection_shares.collection_id')
          .where('collection_shares.access', '=', 'write')
          .execute()
      ).map(({ collection_id }) => collection_id),
    );
    return rows.map((row) => ({
      ...row,
      access: row.user_id === userId ? 'owner' : writable.has(row.id) ? 'write' : 'read',
    }));
  };

  const withFile = (collectionId: string) =>
    db
      .selectFrom('collection_sources')
      .leftJoin('files', 'files.id', 'collection_sources.file_id')
      .selectAll('collection_sources')
      .select([
        'files.status as file_status',
        'files.status_detail as file_detail',
        'files.content_type',
        'files.size',
        'files.page_count',
      ])
      .where('collection_sources.collection_id', '=', collectionId);

  return {
    list: (userId: string): Promise<CollectionRow[]> => visible(userId),
    find: async (userId: string, id: string): Promise<CollectionRow | undefined> => (await visible(userId, id))[0],

    async countOwned(userId: string): Promise<number> {
      const row = await db
        .selectFrom('collections')
        .select((e) => e.fn.countAll<number | string>().as('n'))
        .where('user_id', '=', userId)
        .executeTakeFirst();
      return Number(row?.n ?? 0);
    },

    /** How far the sources of these collections are, by collection. */
    async counts(ids: readonly string[]): Promise<ReadonlyMap<string, Counts>> {
      const found = new Map<string, Counts>();
      if (ids.length === 0) return found;
      const rows = await db
        .selectFrom('collection_sources')
        .leftJoin('files', 'files.id', 'collection_sources.file_id')
        .select((e) => [
          'collection_sources.collection_id',
          'collection_sources.state',
          'files.status',
          e.fn.countAll<number | string>().as('n'),
        ])
        .where('collection_sources.collection_id', 'in', ids)
        .groupBy(['collection_sources.collection_id', 'collection_sources.state', 'files.status'])
        .execute();
      for (const { collection_id, state, status, n } of rows) {
        const counts = found.get(collection_id) ?? { total: 0, ready: 0, failed: 0 };
        counts.total += Number(n);
        if (state === 'failed' || status === 'failed') counts.failed += Number(n);
        else if (state === 'ready' && status === 'ready') counts.ready += Number(n);
        found.set(collection_id, counts);
      }
      return found;
    },

    async insert({ id, user_id, name, description, created_at, updated_at }: Collections): Promise<void> {
      await db.insertInto('collections').values({ id, user_id, name, description, created_at, updated_at }).execute();
    },

    async update(
      id: string,
      changes: Partial<Pick<Collections, 'name' | 'description' | 'updated_at'>>,
    ): Promise<void> {
      await db.updateTable('collections').set(changes).where('id', '=', id).execute();
    },

    async delete(id: string): Promise<void> {
      await db.deleteFrom('collections').where('id', '=', id).execute();
    },

    sources: (collectionId: string): Promise<SourceRow[]> =>
      withFile(collectionId).orderBy('collection_sources.id', 'desc').execute(),

    source: (collectionId: string, by: { file_id: string } | { url_hash: string }): Promise<SourceRow | undefined> =>
      ('file_id' in by
        ? withFile(collectionId).where('collection_sources.file_id', '=', by.file_id)
        : withFile(collectionId).where('collection_sources.url_hash', '=', by.url_hash)
      ).executeTakeFirst(),

    findSource: (id: string): Promise<CollectionSources | undefined> =>
      db.selectFrom('collection_sources').selectAll().where('id', '=', id).executeTakeFirst(),

    /** Fails with a unique violation where the collection has it already. */
    async addSource(row: CollectionSources): Promise<void> {
      await db.insertInto('collection_sources').values(row).execute();
    },

    /** False where the source is not there any more. */
    async changeSource(
      id: string,
      changes: Partial<
        Pick<
          CollectionSources,
          | 'file_id'
          | 'title'
          | 'state'
          | 'state_detail'
          | 'fetched_at'
          | 'refresh'
          | 'due_at'
          | 'etag'
          | 'last_modified'
          | 'updated_at'
        >
      >,
    ): Promise<boolean> {
      const { numUpdatedRows } = await db
        .updateTable('collection_sources')
        .set(changes)
        .where('id', '=', id)
        .executeTakeFirst();
      return numUpdatedRows > 0n;
    },

    async removeSource(id: string): Promise<void> {
      await db.deleteFrom('collection_sources').where('id', '=', id).execute();
    },

    /** Addresses that a crash left half fetched. */
    unfetched: async (): Promise<string[]> =>
      (await db.selectFrom('collection_sources').select('id').where('state', '=', 'fetching').execute()).map(
        ({ id }) => id,
      ),

    /** Addresses whose time has come, of people who may still sign in, the longest due first. */
    due: (now: number, limit: number): Promise<Pick<CollectionSources, 'id' | 'refresh'>[]> =>
      db
        .selectFrom('collection_sources')
        .innerJoin('users', 'users.id', 'collection_sources.added_by')
        .select(['collection_sources.id', 'collection_sources.refresh'])
        .where('collection_sources.due_at', '<=', now)
        .where('users.is_active', '=', 1)
        .orderBy('collection_sources.due_at')
        .limit(limit)
        .execute(),

    shares: (collectionId: string) =>
      db
        .selectFrom('collection_shares')
        .leftJoin('users', 'users.id', 'collection_shares.user_id')
        .leftJoin('user_groups', 'user_groups.id', 'collection_shares.group_id')
        .select([
          'collection_shares.user_id',
          'collection_shares.group_id',
          'collection_shares.access',
          'users.name as user_name',
          'user_groups.name as group_name',
        ])
        .where('collection_shares.collection_id', '=', collectionId)
        .orderBy('collection_shares.id')
        .execute(),

    async addShare(row: CollectionShares): Promise<void> {
      await db.insertInto('collection_shares').values(row).execute();
    },

    /** Whether there was one. */
    async changeShare(
      collectionId: string,
      subject: { user_id?: string | undefined; group_id?: string | undefined },
      access: 'read' | 'write',
    ): Promise<boolean> {
      const { numUpdatedRows, numChangedRows } = await db
        .updateTable('collection_shares')
        .set({ access })
        .where('collection_id', '=', collectionId)
        .where(subject.user_id ? 'user_id' : 'group_id', '=', subject.user_id ?? subject.group_id ?? '')
        .executeTakeFirst();
      return (numUpdatedRows || numChangedRows || 0n) > 0n;
    },

    async removeShare(
      collectionId: string,
      subject: { user_id?: string | undefined; group_id?: string | undefined },
    ): Promise<void> {
      await db
        .deleteFrom('collection_shares')
        .where('collection_id', '=', collectionId)
        .where(subject.user_id ? 'user_id' : 'group_id', '=', subject.user_id ?? subject.group_id ?? '')
        .execute();
    },
  };
}

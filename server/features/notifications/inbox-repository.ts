import type { Kysely } from 'kysely';
import type { TargetKind } from '../../../shared/api/notifications.ts';
import { insertIfAbsent, upsertAll, type Engine } from '../../db/dialect.ts';
import type { Notifications } from '../../db/keeping-tables.ts';
import { readableCollections, usableAssistants } from '../../db/readable.ts';
import type { DB } from '../../db/schema.ts';

type Titled = { id: string; title: string };

/** Every statement names the person: nobody's list is read or changed for anyone else. */
export const createInboxRepository = (db: Kysely<DB>, engine: Engine) => {
  const unreadOf = (userId: string) =>
    db.updateTable('notifications').where('user_id', '=', userId).where('read_at', 'is', null);

  /** Those of these things that the person may see now, by what they are called now. */
  const titles: Record<TargetKind, (userId: string, ids: readonly string[]) => Promise<Titled[]>> = {
    conversation: (userId, ids) =>
      db
        .selectFrom('conversations')
        .select(['id', 'title'])
        .where('user_id', '=', userId)
        .where('id', 'in', ids)
        .execute(),
    file: (userId, ids) =>
      db
        .selectFrom('files')
        .select(['id', 'filename as title'])
        .where('user_id', '=', userId)
        .where('id', 'in', ids)
        .execute(),
    collection: (userId, ids) =>
      db
        .selectFrom('collections')
        .select(['id', 'name as title'])
        .where('id', 'in', readableCollections(db, userId))
        .where('id', 'in', ids)
        .execute(),
    assistant: (userId, ids) =>
      usableAssistants(db, userId)
        .select(['assistants.id', 'assistants.name as title'])
        .where('assistants.id', 'in', ids)
        .execute(),
  };

  return {
    titles: (kind: TargetKind, userId: string, ids: readonly string[]): Promise<Titled[]> =>
      ids.length === 0 ? Promise.resolve([]) : titles[kind](userId, ids),

    /** The newest first. */
    list(
      userId: string,
      { before, unread, limit }: { before: string | undefined; unread: boolean | undefined; limit: number },
    ): Promise<Notifications[]> {
      let query = db.selectFrom('notifications').selectAll().where('user_id', '=', userId);
      if (unread !== undefined) query = query.where('read_at', unread ? 'is' : 'is not', null);
      if (before !== undefined) query = query.where('id', '<', before);
      return query.orderBy('id', 'desc').limit(limit).execute();
    },
    async countUnread(userId: string): Promise<number> {
      const { n } = await db
        .selectFrom('notifications')
        .select((e) => e.fn.countAll<number | string>().as('n'))
        .where('user_id', '=', userId)
        .where('read_at', 'is', null)
        .executeTakeFirstOrThrow();
      return Number(n);
    },
    find: (userId: string, id: string): Promise<Notifications | undefined> =>
      db.selectFrom('notifications').selectAll().where('user_id', '=', userId).where('id', '=', id).executeTakeFirst(),

    /** Told once: not again for the same cause. Returns whether it is new. */
    once: (row: Notifications): Promise<boolean> => insertIfAbsent(db, engine, 'notifications', row),
    /** Told anew, each to another person: takes the place of what was told for the same cause, and is unread. */
    anew: (rows: readonly Notifications[]): Promise<void> =>
      upsertAll(
        db,
        engine,
        'notifications',
        rows,
        ['user_id', 'cause'],
        ['id', 'kind', 'target_kind', 'target_id', 'detail', 'created_at', 'read_at'],
      ),

    async setRead(userId: string, id: string, readAt: number | null): Promise<void> {
      await db
        .updateTable('notifications')
        .set({ read_at: readAt })
        .where('user_id', '=', userId)
        .where('id', '=', id)
        .execute();
    },
    /** How many were unread until now: all, or those for one cause. */
    async readAll(userId: string, at: number, cause?: string): Promise<number> {
      const all = unreadOf(userId).set({ read_at: at });
      const { numUpdatedRows } = await (cause === undefined ? all : all.where('cause', '=', cause)).executeTakeFirst();
      return Number(numUpdatedRows);
    },
    async remove(userId: string, ids: readonly string[]): Promise<number> {
      const { numDeletedRows } = await db
        .deleteFrom('notifications')
        .where('user_id', '=', userId)
        .where('id', 'in', ids)
        .executeTakeFirst();
      return Number(numDeletedRows);
    },
    async removeBefore(at: number): Promise<void> {
      await db.deleteFrom('notifications').where('created_at', '<', at).execute();
    },

    /** Those of these people who are there. */
    peopleAmong: async (userIds: readonly string[]): Promise<string[]> =>
      (await db.selectFrom('users').select('id').where('id', 'in', userIds).execute()).map(({ id }) => id),
    nameOf: async (userId: string): Promise<string | undefined> =>
      (await db.selectFrom('users').select('name').where('id', '=', userId).executeTakeFirst())?.name,
    membersOf: async (groupId: string): Promise<string[]> =>
      (await db.selectFrom('group_members').select('user_id').where('group_id', '=', groupId).execute()).map(
        ({ user_id }) => user_id,
      ),
  };
};

import type { Kysely } from 'kysely';
import { compiled } from '../../db/compiled.ts';
import type { DB } from '../../db/schema.ts';

export type QueuedRow = DB['queued_messages'];

/** A message that is sent now. `afterFailure`: the person said so, however the answer before it ended. */
export type Leaving = { id: string; afterFailure: boolean };

const waiting = compiled((db, { conversationId }: { conversationId: string }) =>
  db
    .selectFrom('queued_messages')
    .selectAll()
    .where('conversation_id', '=', conversationId)
    .orderBy('created_at')
    .orderBy('id'),
);

export type QueueRepository = ReturnType<typeof createQueueRepository>;

/** Messages that wait until the answer before them has ended. */
export function createQueueRepository(db: Kysely<DB>) {
  return {
    insert: async (row: QueuedRow): Promise<void> => {
      await db.insertInto('queued_messages').values(row).execute();
    },

    /** The oldest first. */
    of: (conversationId: string): Promise<QueuedRow[]> => waiting.all(db, { conversationId }),

    findOwned: (userId: string, id: string): Promise<QueuedRow | undefined> =>
      db
        .selectFrom('queued_messages')
        .selectAll()
        .where('id', '=', id)
        .where('user_id', '=', userId)
        .executeTakeFirst(),

    /** False when it is gone: sent, or taken back. */
    change: async (
      id: string,
      changes: Partial<Pick<QueuedRow, 'content' | 'error_code' | 'error_message'>>,
    ): Promise<boolean> => {
      const { numUpdatedRows } = await db
        .updateTable('queued_messages')
        .set(changes)
        .where('id', '=', id)
        .executeTakeFirst();
      return numUpdatedRows > 0n;
    },

    /** Of those who take it at once, one gets it. */
    take: async (id: string): Promise<boolean> => {
      const { numDeletedRows } = await db.deleteFrom('queued_messages').where('id', '=', id).executeTakeFirst();
      return numDeletedRows > 0n;
    },
  };
}

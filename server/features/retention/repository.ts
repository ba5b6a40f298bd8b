import { sql, type Kysely } from 'kysely';
import { upsert, type Engine } from '../../db/dialect.ts';
import type { DB } from '../../db/schema.ts';

export type StaleFile = Pick<DB['files'], 'id' | 'user_id'>;

export const createRetentionRepository = (db: Kysely<DB>, engine: Engine) => {
  const stale = (before: number, archived: boolean) => {
    const query = db.selectFrom('conversations').where('updated_at', '<', before).where('pinned', '=', 0);
    return archived ? query : query.where('archived', '=', 0);
  };
  /** A JSON list of ids holds this one. */
  const holds = (list: string, id: string) => sql<boolean>`${sql.ref(list)} like concat('%', ${sql.ref(id)}, '%')`;

  /** Old files that no collection has, no assistant of their owner, and no message that waits. */
  const oldFiles = (before: number) =>
    db
      .selectFrom('files')
      .where('created_at', '<', before)
      .where((e) =>
        e.not(e.exists(e.selectFrom('collection_sources').select('id').whereRef('file_id', '=', 'files.id'))),
      )
      .where((e) =>
        e.not(
          e.exists(
            e
              .selectFrom('assistants')
              .select('assistants.id')
              .whereRef('assistants.user_id', '=', 'files.user_id')
              .where(holds('assistants.files', 'files.id')),
          ),
        ),
      )
      .where((e) =>
        e.not(
          e.exists(
            e
              .selectFrom('queued_messages')
              .select('queued_messages.id')
              .whereRef('queued_messages.user_id', '=', 'files.user_id')
              .where(holds('queued_messages.files', 'files.id')),
          ),
        ),
      );

  return {
    async read(key: string): Promise<string | undefined> {
      return (await db.selectFrom('settings').select('value').where('key', '=', key).executeTakeFirst())?.value;
    },
    write: (key: string, value: string, at: number): Promise<void> =>
      upsert(db, engine, 'settings', { key, value, updated_at: at }, ['key'], ['value', 'updated_at']),

    async countConversations(before: number, archived: boolean): Promise<number> {
      const { n } = await stale(before, archived)
        .select((e) => e.fn.countAll<number | string>().as('n'))
        .executeTakeFirstOrThrow();
      return Number(n);
    },

    conversations: (before: number, archived: boolean, limit: number) =>
      stale(before, archived).selectAll().orderBy('id').limit(limit).execute(),

    /** Whose old files are to be looked at, by their ids. */
    async owners(before: number): Promise<string[]> {
      const rows = await oldFiles(before).select('files.user_id').distinct().orderBy('files.user_id').execute();
      return rows.map(({ user_id }) => user_id);
    },

    filesOf: (userId: string, before: number): Promise<StaleFile[]> =>
      oldFiles(before).select(['files.id', 'files.user_id']).where('files.user_id', '=', userId).execute(),

    /** What a person's messages are made of, where files are among it; a batch at a time, by ids of messages. */
    partsWithFiles: (userId: string, after: string | undefined, limit: number) => {
      const query = db
        .selectFrom('messages')
        .innerJoin('conversations', 'conversations.id', 'messages.conversation_id')
        .select(['messages.id', 'messages.parts'])
        .where('conversations.user_id', '=', userId)
        .where('messages.parts', 'like', '%"type":"file"%')
        .orderBy('messages.id')
        .limit(limit);
      return (after === undefined ? query : query.where('messages.id', '>', after)).execute();
    },
  };
};

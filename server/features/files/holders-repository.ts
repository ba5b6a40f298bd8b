import type { Kysely } from 'kysely';
import type { DB } from '../../db/schema.ts';

const CHUNK = 500;

/** Where the ids of files stand beside the files themselves. */
export const createHoldersRepository = (db: Kysely<DB>) => ({
  /** Which of these are in a collection, whoever's. */
  async collected(ids: readonly string[]): Promise<string[]> {
    const found: string[] = [];
    for (let at = 0; at < ids.length; at += CHUNK) {
      const some = ids.slice(at, at + CHUNK);
      const rows = await db.selectFrom('collection_sources').select('file_id').where('file_id', 'in', some).execute();
      found.push(...rows.flatMap(({ file_id }) => file_id ?? []));
    }
    return found;
  },

  /** JSON texts that name files: of a person's assistants, and of their messages that wait. */
  async lists(userId: string): Promise<string[]> {
    const rows = await Promise.all([
      db.selectFrom('assistants').select('files').where('user_id', '=', userId).execute(),
      db.selectFrom('queued_messages').select('files').where('user_id', '=', userId).execute(),
    ]);
    return rows.flat().flatMap(({ files }) => files ?? []);
  },

  /** What a person's messages are made of, where files are among it; a batch at a time, by ids of messages. */
  partsWithFiles: (userId: string, after: string | undefined, limit: number) => {
    const query = db
      .selectFrom('messages')
      .innerJoin('conversations', 'conversations.id', 'messages.conversation_id')
      .select(['messages.id', 'messages.parts'])
      .where('conversations.user_id', '=', userId)
      .where((e) => e.or([e('messages.parts', 'like', '%"type":"file"%'), e('messages.parts', 'like', '%"files":[%')]))
      .orderBy('messages.id')
      .limit(limit);
    return (after === undefined ? query : query.where('messages.id', '>', after)).execute();
  },

  /** Files that a tool made in an answer that is not there any more. */
  madeInNothing: (userId: string) =>
    madeInNothing(db).select(['files.id', 'files.user_id']).where('files.user_id', '=', userId).execute(),

  /** Whose there are. */
  async ownersOfMadeInNothing(): Promise<string[]> {
    const rows = await madeInNothing(db).select('files.user_id').distinct().execute();
    return rows.map(({ user_id }) => user_id);
  },
});

const madeInNothing = (db: Kysely<DB>) =>
  db
    .selectFrom('files')
    .leftJoin('messages', 'messages.id', 'files.made_in')
    .where('files.made_in', 'is not', null)
    .where('messages.id', 'is', null);

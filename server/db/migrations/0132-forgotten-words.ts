import { sql } from 'kysely';
import type { Migration, Step } from './migration.ts';

/** SQLite's indexes of words take a word out when its row goes; before, it stayed until segments were merged. */
const forgetting =
  (index: 'message_index' | 'passage_index'): Step =>
  async (db, { engine }) => {
    if (engine !== 'sqlite') return;
    await sql`insert into ${sql.table(index)} (${sql.ref(index)}, rank) values ('secure-delete', 1)`.execute(db);
  };

/** And what older deletions left in them. */
const merged =
  (index: 'message_index' | 'passage_index'): Step =>
  async (db, { engine }) => {
    if (engine !== 'sqlite') return;
    await sql`insert into ${sql.table(index)} (${sql.ref(index)}) values ('optimize')`.execute(db);
  };

export const forgottenWords: Migration = {
  id: '0132-forgotten-words',
  steps: [forgetting('message_index'), forgetting('passage_index'), merged('message_index'), merged('passage_index')],
};

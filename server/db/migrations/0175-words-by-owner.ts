import { sql } from 'kysely';
import type { Migration } from './migration.ts';

/** On PostgreSQL a person's newest messages, with their words, are read one after the other. Whose they are stands first in `terms`. */
export const wordsByOwner: Migration = {
  id: '0175-words-by-owner',
  steps: [
    async (db, { engine }) => {
      if (engine !== 'postgres') return;
      await sql`create index message_terms_owner on message_terms ((substr(terms, 3, 32)::uuid), message_id)`.execute(
        db,
      );
    },
  ],
};

import type { Migration } from './migration.ts';

/** Which of several versions a person chose last in a conversation. */
export const chosenVersion: Migration = {
  id: '0133-chosen-version',
  steps: [
    async (db, { t }) => {
      await db.schema.alterTable('conversations').addColumn('leaf_id', t.id).execute();
    },
  ],
};

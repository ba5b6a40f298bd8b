import type { Migration } from './migration.ts';

/** In which answer a tool made a file: it goes when that answer is deleted. Of those made before, nobody knows. */
export const madeFiles: Migration = {
  id: '0200-made-files',
  steps: [
    async (db, { t }) => {
      await db.schema.alterTable('files').addColumn('made_in', t.id).execute();
    },
  ],
};

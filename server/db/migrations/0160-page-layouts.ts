import type { Migration } from './migration.ts';

/** Where the words of a page stand on it, so that a citation can be shown there. */
export const pageLayouts: Migration = {
  id: '0160-page-layouts',
  steps: [
    (db, { t }) =>
      db.schema
        .createTable('page_layouts')
        .addColumn('file_id', t.id, (c) => c.notNull())
        .addColumn('page', t.int, (c) => c.notNull())
        .addColumn('placed', t.text, (c) => c.notNull())
        .addPrimaryKeyConstraint('page_layouts_page', ['file_id', 'page'])
        .addForeignKeyConstraint('page_layouts_file', ['file_id'], 'files', ['id'], (c) => c.onDelete('cascade'))
        .execute(),
  ],
};

import type { Migration } from './migration.ts';

/** What calls cost when they were made, in millionths: a price that changes later changes no history. */
export const costs: Migration = {
  id: '0180-costs',
  steps: [
    (db, { t }) =>
      db.schema
        .alterTable('usage_models')
        .addColumn('cost', t.bigint, (c) => c.notNull().defaultTo(0))
        .execute(),
    (db, { t }) => db.schema.alterTable('messages').addColumn('cost', t.bigint).execute(),
  ],
};

import type { Migration } from './migration.ts';

/** Messages that wait keep what they ask with: tools, collections, the web. */
export const queuedWithTools: Migration = {
  id: '0121-queued-with-tools',
  steps: [(db, { t }) => db.schema.alterTable('queued_messages').addColumn('asked', t.text).execute()],
};

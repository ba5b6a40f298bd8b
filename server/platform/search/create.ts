import type { Kysely } from 'kysely';
import type { Engine } from '../../db/dialect.ts';
import type { DB } from '../../db/schema.ts';
import type { MessageIndex, TermIndex } from './driver.ts';
import { messageIndexOn, newestFirst } from './drivers/message-index.ts';
import { mysqlTerms } from './drivers/mysql.ts';
import { postgresMessages, postgresTerms } from './drivers/postgres.ts';
import { sqliteTerms } from './drivers/sqlite.ts';
import { termIndexOn } from './drivers/term-index.ts';

const passages = { sqlite: sqliteTerms('passage'), postgres: postgresTerms, mysql: mysqlTerms('passage') };
const messages = {
  sqlite: newestFirst(sqliteTerms('message')),
  postgres: postgresMessages,
  mysql: newestFirst(mysqlTerms('message')),
};

/** The full-text index of the database that is there already; from a transaction, one that writes within it. */
export const createTermIndex = (db: Kysely<DB>, engine: Engine): TermIndex => termIndexOn(db, passages[engine]);

/** The same over what was said in conversations. */
export const createMessageIndex = (db: Kysely<DB>, engine: Engine): MessageIndex =>
  messageIndexOn(db, messages[engine]);

import type { Kysely } from 'kysely';
import type { Engine } from '../../db/dialect.ts';
import type { DB } from '../../db/schema.ts';
import type { MessageIndex, TermIndex } from './driver.ts';
import { messageIndexOn } from './drivers/message-index.ts';
import { mysqlTerms } from './drivers/mysql.ts';
import { postgresTerms } from './drivers/postgres.ts';
import { sqliteTerms } from './drivers/sqlite.ts';
import { termIndexOn } from './drivers/term-index.ts';

const engines = { sqlite: sqliteTerms, postgres: postgresTerms, mysql: mysqlTerms };

/** The full-text index of the database that is there already; from a transaction, one that writes within it. */
export const createTermIndex = (db: Kysely<DB>, engine: Engine): TermIndex =>
  termIndexOn(db, engines[engine]('passage'));

/** The same over what was said in conversations. */
export const createMessageIndex = (db: Kysely<DB>, engine: Engine): MessageIndex =>
  messageIndexOn(db, engines[engine]('message'));

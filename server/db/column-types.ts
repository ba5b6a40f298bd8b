import { sql, type RawBuilder } from 'kysely';
import type { Engine } from './dialect.ts';

/** Column types by engine, for migrations. */
export type ColumnTypes = Record<
  'id' | 'key' | 'short' | 'text' | 'int' | 'bigint' | 'flag' | 'real' | 'hash' | 'blob',
  RawBuilder<unknown>
>;

const types = (names: Record<keyof ColumnTypes, string>): ColumnTypes =>
  Object.fromEntries(Object.entries(names).map(([name, type]) => [name, sql.raw(type)])) as ColumnTypes;

const ascii = 'character set ascii collate ascii_bin';
// Said for each column: the database may have been made with a character set that has no emoji.
const unicode = 'character set utf8mb4 collate utf8mb4_bin';

/**
 * `key` is text compared byte by byte that fits an index (190 characters), `short` text to show (500 characters),
 * `hash` 64 hex digits, `text` and `blob` (bytes) without limit. Comparing is by case on every engine: use `lower()` where people search.
 */
export const columnTypes: Record<Engine, ColumnTypes> = {
  sqlite: types({
    id: 'text',
    key: 'text',
    short: 'text',
    text: 'text',
    int: 'integer',
    bigint: 'integer',
    flag: 'integer',
    real: 'real',
    hash: 'text',
    blob: 'blob',
  }),
  postgres: types({
    id: 'uuid',
    key: 'varchar(190) collate "C"',
    short: 'varchar(500)',
    text: 'text',
    int: 'integer',
    bigint: 'bigint',
    flag: 'smallint',
    real: 'double precision',
    hash: 'char(64) collate "C"',
    blob: 'bytea',
  }),
  mysql: types({
    id: `char(36) ${ascii}`,
    key: `varchar(190) ${unicode}`,
    short: `varchar(500) ${unicode}`,
    text: `longtext ${unicode}`,
    int: 'integer',
    bigint: 'bigint',
    flag: 'smallint',
    real: 'double',
    hash: `char(64) ${ascii}`,
    blob: 'longblob',
  }),
};

import { sql, type Expression, type RawBuilder, type SqlBool } from 'kysely';
import { ScimError } from './errors.ts';
import { isId } from './ids.ts';
import type { Comparison, Filter, FilterValue } from './filter.ts';

/**
 * How an attribute is looked for. `key`: lower case already, `text`: any case, `exact`: as it stands, `id`: our own ids (others are never
 * asked of the database, which may refuse them), `always`: everybody has this one value.
 */
export type Column =
  | { kind: 'key' | 'text' | 'exact' | 'id' | 'time' | 'flag'; ref: RawBuilder<unknown> }
  | { kind: 'always'; value: FilterValue }
  | {
      kind: 'rows';
      has: (test: (ref: RawBuilder<unknown>) => Expression<SqlBool>) => Expression<SqlBool>;
      ref: RawBuilder<unknown>;
    };
export type Columns = Readonly<Record<string, Column>>;

const yes = sql<SqlBool>`1 = 1`;
const no = sql<SqlBool>`1 = 0`;

const signs = { eq: '=', ne: '<>', gt: '>', ge: '>=', lt: '<', le: '<=' } as const;
const invalid = (detail: string): ScimError => new ScimError(400, detail, 'invalidFilter');

/** A filter as a condition on these columns. Throws a ScimError `invalidFilter` for attributes and comparisons that there are not. */
export function conditionOf(filter: Filter, columns: Columns): Expression<SqlBool> {
  switch (filter.op) {
    case 'and':
      return sql<SqlBool>`(${conditionOf(filter.left, columns)} and ${conditionOf(filter.right, columns)})`;
    case 'or':
      return sql<SqlBool>`(${conditionOf(filter.left, columns)} or ${conditionOf(filter.right, columns)})`;
    case 'not':
      return sql<SqlBool>`not ${conditionOf(filter.filter, columns)}`;
    case 'pr':
      return isPresent(columnOf(filter.path, columns));
    default:
      return compare(filter.op, columnOf(filter.path, columns), filter.value);
  }
}

function columnOf(path: string, columns: Columns): Column {
  const column = Object.hasOwn(columns, path) ? columns[path] : undefined;
  if (!column)
    throw invalid(`One cannot filter by "${path.slice(0, 100)}" here. Known are ${Object.keys(columns).join(', ')}.`);
  return column;
}

function isPresent(column: Column): Expression<SqlBool> {
  if (column.kind === 'always') return yes;
  if (column.kind === 'rows') return column.has(() => yes);
  return sql<SqlBool>`(${column.ref} is not null)`;
}

function compare(op: Comparison, column: Column, value: FilterValue): Expression<SqlBool> {
  switch (column.kind) {
    case 'always':
      return (op === 'eq') === (column.value === value) ? yes : no;
    case 'rows': {
      if (op !== 'eq') throw invalid('Members can be looked for with eq only.');
      return isId(value) ? column.has((ref) => sql<SqlBool>`${ref} = ${value}`) : no;
    }
    case 'id':
      if (op !== 'eq' && op !== 'ne') throw invalid('Ids can be looked for with eq and ne only.');
      if (!isId(value)) return op === 'eq' ? no : yes;
      return sql<SqlBool>`(${column.ref} ${sql.raw(signs[op])} ${value})`;
    case 'flag':
      if (op !== 'eq' && op !== 'ne') throw invalid('This is true or false: eq and ne only.');
      return sql<SqlBool>`(${column.ref} ${sql.raw(signs[op])} ${String(value).toLowerCase() === 'true' ? 1 : 0})`;
    case 'time':
      return numbers(op, column.ref, value);
    default:
      return texts(op, column.kind, column.ref, value);
  }
}

function numbers(op: Comparison, ref: RawBuilder<unknown>, value: FilterValue): Expression<SqlBool> {
  const at = Date.parse(String(value));
  if (op === 'co' || op === 'sw' || op === 'ew' || Number.isNaN(at))
    throw invalid('Compare times with eq, gt, ge, lt, le.');
  return sql<SqlBool>`(${ref} ${sql.raw(signs[op])} ${at})`;
}

function texts(
  op: Comparison,
  kind: 'key' | 'text' | 'exact',
  ref: RawBuilder<unknown>,
  value: FilterValue,
): Expression<SqlBool> {
  if (value === null) return op === 'eq' ? sql<SqlBool>`(${ref} is null)` : sql<SqlBool>`(${ref} is not null)`;
  if (typeof value !== 'string') throw invalid('This attribute is text: give the value in quotation marks.');
  const left = kind === 'text' ? sql`lower(${ref})` : ref;
  const right = kind === 'exact' ? value : value.normalize('NFKC').toLowerCase();
  const escaped = right.replaceAll(/[!%_]/g, '!$&');
  switch (op) {
    case 'co':
      return like(left, `%${escaped}%`);
    case 'sw':
      return like(left, `${escaped}%`);
    case 'ew':
      return like(left, `%${escaped}`);
    case 'ne':
      return sql<SqlBool>`(${ref} is null or ${left} <> ${right})`;
    default:
      return sql<SqlBool>`(${left} ${sql.raw(signs[op])} ${right})`;
  }
}

const like = (left: RawBuilder<unknown>, pattern: string): Expression<SqlBool> =>
  sql<SqlBool>`(${left} like ${pattern} escape '!')`;

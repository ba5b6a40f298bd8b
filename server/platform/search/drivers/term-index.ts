import { sql, type Kysely, type RawBuilder } from 'kysely';
import type { DB } from '../../../db/schema.ts';
import type { SearchScope, TermGroup, TermIndex, TermMatch } from '../driver.ts';
import { scopedGroups, scopeLength, storedTerms } from '../term-query.ts';

/** What the engines do differently: naming rows that hold a term of each group. */
export type TermEngine = {
  /** The rows' table, joined to what is needed to search it. */
  source: RawBuilder<unknown>;
  /** A condition on `source` that is true for rows with a term of each group. */
  has(groups: readonly TermGroup[]): RawBuilder<unknown>;
  /**
   * Where the index can be asked apart from the rows: a query of the `name` of rows with a term of each group, which is enough to
   * count and to choose by, as owner and file are terms of the index, and that name in the table, as `t` (`row`). No row is read
   * then that is not wanted. Absent: `source`, with the row's own conditions.
   */
  apart?: { named(groups: readonly TermGroup[], limit: number): RawBuilder<unknown>; row: RawBuilder<unknown> };
};

/** Small enough that SQLite, which runs on the main thread, holds nobody up. */
const rowsPerInsert = 50;

/** SQLite joins 500 selects at most, and PostgreSQL's parser goes deeper with each. */
const armsPerStatement = 50;

/** The index on any engine: one statement a question, made of one arm a clause. */
export function termIndexOn(db: Kysely<DB>, engine: TermEngine): TermIndex {
  /** Rows are named by the index's key where it stands apart; whatever is read of them in the end is looked at once more. */
  const some = (scope: SearchScope, groups: readonly TermGroup[], limit: number): RawBuilder<unknown> =>
    engine.apart
      ? engine.apart.named(groups, limit)
      : sql`select p.passage_id as name from ${engine.source} where ${engine.has(groups)} and ${readable('p', scope)}
          limit ${sql.lit(limit)}`;

  const readable = (table: 'p' | 't', { userId, shared = [], fileIds }: SearchScope): RawBuilder<unknown> => {
    const [user, file] = [sql.ref(`${table}.user_id`), sql.ref(`${table}.file_id`)];
    const mine =
      shared.length > 0 ? sql`(${user} = ${userId} or ${file} in (${sql.join(shared)}))` : sql`${user} = ${userId}`;
    return fileIds ? sql`${mine} and ${file} in (${sql.join(fileIds)})` : mine;
  };

  return {
    async add(all) {
      for (let at = 0; at < all.length; at += rowsPerInsert) {
        const values = all.slice(at, at + rowsPerInsert).map((row) => ({
          passage_id: row.passage_id,
          file_id: row.file_id,
          user_id: row.user_id,
          terms: storedTerms(row),
        }));
        await db.insertInto('passage_terms').values(values).execute();
      }
    },

    async removeFile(fileId) {
      await db.deleteFrom('passage_terms').where('file_id', '=', fileId).execute();
    },

    async count(scope, groups, cap) {
      const totals = new Map<number, number>();
      const arms = groups.flatMap((group, at) => {
        const all = scopedGroups(scope, [group]);
        return all ? [sql`select ${sql.lit(at)} as place, count(*) as total from (${some(scope, all, cap)}) as c`] : [];
      });
      for (let at = 0; at < arms.length; at += armsPerStatement) {
        const statement = sql<{
          place: number;
          total: number | string;
        }>`${sql.join(arms.slice(at, at + armsPerStatement), sql` union all `)}`;
        for (const { place, total } of (await statement.execute(db)).rows) totals.set(Number(place), Number(total));
      }
      return groups.map((_, at) => totals.get(at) ?? 0);
    },

    async match({ scope, clauses, limit, depth }): Promise<TermMatch[]> {
      const arms = clauses.slice(0, armsPerStatement).flatMap(({ all, weight }) => {
        const groups = scopedGroups(scope, all);
        return groups
          ? [sql`select a.name, ${sql.lit(Math.round(weight))} as weight from (${some(scope, groups, depth)}) as a`]
          : [];
      });
      if (arms.length === 0) return [];
      const { rows } = await sql<TermMatch>`
        select t.passage_id, t.file_id, substr(t.terms, ${sql.lit(scopeLength + 1)}) as terms from (
          select name, sum(weight) as weight from (${sql.join(arms, sql` union all `)}) as hits
          group by name order by sum(weight) desc, name limit ${sql.lit(limit)}
        ) as best join passage_terms as t on ${engine.apart?.row ?? sql`t.passage_id`} = best.name
        where ${readable('t', scope)} order by best.weight desc, t.passage_id`.execute(db);
      return rows;
    },
  };
}

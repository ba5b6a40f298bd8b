import { sql, type Kysely, type RawBuilder } from 'kysely';
import type { DB } from '../../../db/schema.ts';
import type { SearchScope, TermGroup, TermIndex, TermMatch } from '../driver.ts';
import { passageTerms, scopedGroups, storedTerms } from '../term-query.ts';

/** What the engines do differently: naming rows that hold a term of each group. */
export type TermEngine = {
  /** The rows' table, joined to what is needed to search it. */
  source: RawBuilder<unknown>;
  /** A condition on `source` that is true for rows with a term of each group. */
  has(groups: readonly TermGroup[]): RawBuilder<unknown>;
  /**
   * A source of `has` that is enough to count: owner and file are terms of the index, so where it stands apart from the rows
   * no row has to be read for a number. Absent: `source`, with the row's own conditions.
   */
  counted?: RawBuilder<unknown>;
  /** What rows are ordered by, descending, for the newest first: as cheap as not ordering where the engine can. */
  age: RawBuilder<unknown>;
};

/** Small enough that SQLite, which runs on the main thread, holds nobody up. */
const rowsPerInsert = 50;

/** SQLite joins 500 selects at most, and PostgreSQL's parser goes deeper with each. */
const armsPerStatement = 50;

type Found = { passage_id: string; file_id: string; terms: string };

/** The index on any engine: one statement a question, made of one arm a clause. */
export function termIndexOn(db: Kysely<DB>, engine: TermEngine): TermIndex {
  /** Rows of the scope; user and files are conditions on the row itself too, not only on its terms. */
  const rows = (scope: SearchScope, groups: readonly TermGroup[], limit: number): RawBuilder<unknown> => sql`
    select p.passage_id from ${engine.source}
    where ${engine.has(groups)} and ${readable(scope)}
    ${scope.fileIds ? sql`and p.file_id in (${sql.join(scope.fileIds)})` : sql``} limit ${sql.lit(limit)}`;

  const some = (scope: SearchScope, groups: readonly TermGroup[], limit: number): RawBuilder<unknown> =>
    engine.counted
      ? sql`select 1 from ${engine.counted} where ${engine.has(groups)} limit ${sql.lit(limit)}`
      : rows(scope, groups, limit);

  const readable = ({ userId, shared = [] }: SearchScope): RawBuilder<unknown> =>
    shared.length > 0 ? sql`(p.user_id = ${userId} or p.file_id in (${sql.join(shared)}))` : sql`p.user_id = ${userId}`;

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
          ? [
              sql`select a.passage_id, ${sql.lit(Math.round(weight))} as weight from (${rows(scope, groups, depth)}) as a`,
            ]
          : [];
      });
      if (arms.length === 0) return [];
      const { rows: found } = await sql<Found>`
        select t.passage_id, t.file_id, t.terms from (
          select passage_id, sum(weight) as weight from (${sql.join(arms, sql` union all `)}) as hits
          group by passage_id order by sum(weight) desc, passage_id limit ${sql.lit(limit)}
        ) as best join passage_terms as t on t.passage_id = best.passage_id
        order by best.weight desc, t.passage_id`.execute(db);
      return found.map(({ passage_id, file_id, terms }) => ({ passage_id, file_id, terms: passageTerms(terms) }));
    },
  };
}

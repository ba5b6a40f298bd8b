import { sql, type RawBuilder } from 'kysely';
import type { TermGroup } from '../driver.ts';
import { olderThan, type MessageEngine, type Wanted } from './message-index.ts';
import type { TermEngine } from './term-index.ts';

const has = (groups: readonly TermGroup[]): RawBuilder<unknown> =>
  sql`p.vector @@ to_tsquery('simple', ${groups.map((group) => `(${group.join(' | ')})`).join(' & ')})`;

/** A GIN index over the terms as a tsvector, which PostgreSQL keeps as a generated column. */
export const postgresTerms: TermEngine = { source: sql`passage_terms as p`, has };

/** Of a person's messages so many are read before, and instead of, asking the index. */
const NEWEST = 2_000;
const NEWER = 12_000;
/** Of the newest: fewer, and the index is the quicker way. More of the newer ones, and what is left of them is most of all. */
const SOME = 5;
const MANY = 600;

/**
 * A GIN index answers with all rows or none, in no order: the rarer the words the better, and a word that stands everywhere means reading the
 * whole table. The newest messages of a person, one after the other, are the better way to common words. How common they are is not
 * left to the planner, whose guess about a word that it has not heard of is off by a hundred times; it is counted on the way.
 */
export const postgresMessages: MessageEngine = {
  ways: (wanted) => {
    const { groups, before, depth } = wanted;
    const ofNewest = (window: number): RawBuilder<unknown> => sql`
      select p.message_id from (
        select p.message_id, p.vector from message_terms as p where ${owned(wanted)}
        order by ${owner} desc, p.message_id desc limit ${sql.lit(window)}) as p where ${has(groups)}`;
    return [
      { found: ofNewest(NEWEST), isWhole: () => false },
      { found: ofNewest(NEWER), when: (named) => named >= SOME, isWhole: () => false },
      {
        found: sql`
          select p.message_id from message_terms as p where ${owned(wanted)} and ${has(groups)}
          order by ${owner} desc, p.message_id desc limit ${sql.lit(depth)}`,
        when: (named) => named >= MANY,
        isWhole: () => true,
      },
      {
        found: sql`
          select message_id from (
            with p as materialized (
              select p.message_id from message_terms as p where ${has(groups)} ${olderThan(before)})
            select message_id from p) as every
          order by message_id desc limit ${sql.lit(depth)}`,
        isWhole: () => true,
      },
    ];
  },
};

/** Whose a message is stands before its terms; `message_terms_owner` is an index over just this, then the id. */
const owner = sql`substr(p.terms, 3, 32)::uuid`;
const LAST_ID = 'ffffffff-ffff-ffff-ffff-ffffffffffff';

/** As a range and not as `=`, so that only that index gives the order: by the key of the table it would go past everybody's. */
const owned = ({ userId, before = LAST_ID }: Wanted): RawBuilder<unknown> =>
  sql`${owner} >= ${userId} and (${owner}, p.message_id) < (${userId}, ${before})`;

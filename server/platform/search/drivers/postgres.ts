import { sql, type RawBuilder } from 'kysely';
import type { TermGroup } from '../driver.ts';
import { olderThan, type MessageEngine, type Wanted, type Way } from './message-index.ts';
import type { TermEngine } from './term-index.ts';

const wordsOf = (groups: readonly TermGroup[]): string => groups.map((group) => `(${group.join(' | ')})`).join(' & ');
const has = (groups: readonly TermGroup[]): RawBuilder<unknown> =>
  sql`p.vector @@ to_tsquery('simple', ${wordsOf(groups)})`;

/** A GIN index over the terms as a tsvector, which PostgreSQL keeps as a generated column. `passages_with`: see migration 0212. */
export const postgresTerms: TermEngine = {
  source: sql`passage_terms as p`,
  has,
  apart: {
    named: (groups, limit) => sql`select n.name from passages_with(${wordsOf(groups)}, ${sql.lit(limit)}) as n(name)`,
    row: sql`t.passage_id`,
  },
};

/** Of a person's messages so many are read before, and mostly instead of, asking the index. */
const NEWEST = 2_000;
const NEWER = 12_000;
/** Of the newest that have the words: fewer, and the index is the quicker way; more, and reading on is. */
const RARE = 0.002_5;
const COMMON = 0.05;

/**
 * A GIN index answers with all rows or none, in no order: the rarer the words the better, and a word that stands everywhere means reading the
 * whole table. The newest messages of a person, one after the other, are the better way to common words. How common they are is not
 * left to the planner, whose guess about a word that it has not heard of is off by a hundred times; it is counted on the way.
 */
export const postgresMessages: MessageEngine = {
  ways: (wanted) => {
    const { groups, before, depth, enough } = wanted;
    const ofNewest = (window: number): Pick<Way, 'found' | 'among' | 'hasMore'> => ({
      found: sql`
        select p.message_id from (
          select p.message_id, p.vector, ${owner} as owner from message_terms as p where ${owned(wanted)}
          order by owner desc, message_id desc limit ${sql.lit(window)}) as p
        where ${has(groups)} order by p.owner desc, p.message_id desc limit ${sql.lit(enough ?? window)}`,
      among: window,
      hasMore: () => true,
    });
    return [
      ofNewest(NEWEST),
      { ...ofNewest(NEWER), when: (share) => share >= RARE && share < COMMON },
      {
        found: sql`
          select p.message_id from message_terms as p where ${owned(wanted)} and ${has(groups)}
          order by ${owner} desc, p.message_id desc limit ${sql.lit(enough ?? depth)}`,
        when: (share) => share >= COMMON,
        hasMore: () => false,
      },
      {
        found: sql`
          select every.message_id from (
            with named as materialized (
              select p.message_id from message_terms as p where ${has(groups)} ${olderThan(before)})
            select message_id from named) as every
          order by every.message_id desc limit ${sql.lit(enough ?? depth)}`,
        hasMore: () => false,
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

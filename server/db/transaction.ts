import { setTimeout as sleep } from 'node:timers/promises';
import type { Kysely, Transaction } from 'kysely';
import { isConflict } from './dialect.ts';
import type { DB } from './schema.ts';

/**
 * Runs `work` in one transaction: all of it is stored, or nothing. Where the engine gives it up in favour of another
 * transaction (deadlock, serialization), `work` runs again from its beginning, so it must do nothing but queries on
 * `tx`: build the repositories from `tx`, publish events and enqueue jobs after it has resolved.
 */
export type InTransaction = <T>(work: (tx: Transaction<DB>) => Promise<T>) => Promise<T>;

const attempts = 5;

export const createTransactor =
  ({ db }: { db: Kysely<DB> }): InTransaction =>
  (work) =>
    retryConflicts(() => db.transaction().execute(work));

/** Runs work again, a few times, when the engine gave it up in favour of another transaction. */
export async function retryConflicts<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if (attempt === attempts || !isConflict(error)) throw error;
    }
    // Two that met once should not meet again in step.
    await sleep(Math.random() * 10 * 2 ** attempt);
  }
}

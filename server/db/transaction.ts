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

const committed = new WeakSet<object>();

/** Notes of an error that what it is about is stored all the same: whoever runs the work again would do it twice. */
export function markCommitted(error: unknown): void {
  if (typeof error === 'object' && error !== null) committed.add(error);
}

/** Whether an error came after the commit: of the disk, which may not have kept what is stored. */
export const isCommitted = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && committed.has(error);

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
      if (attempt === attempts || isCommitted(error) || !isConflict(error)) throw error;
    }
    // Two that met once should not meet again in step.
    await sleep(Math.random() * 10 * 2 ** attempt);
  }
}

import type { Transaction } from 'kysely';
import type { DB } from '../../db/schema.ts';
import type { InTransaction } from '../../db/transaction.ts';
import { AppError } from '../../lib/errors.ts';
import { createIdentityRepository } from './repository.ts';

/** Takes ways in away from a person, never the last one. */
export type WaysIn = {
  /** Whether `remove` found what to remove. Throws CONFLICT where nothing would be left to sign in with; of two at once, one. */
  close(userId: string, remove: (tx: Transaction<DB>) => Promise<boolean>): Promise<boolean>;
};

export const createWaysIn = (inTransaction: InTransaction): WaysIn => ({
  close: (userId, remove) =>
    inTransaction(async (tx) => {
      const inside = createIdentityRepository(tx);
      await inside.lockUser(userId);
      const removed = await remove(tx);
      if (removed && (await inside.waysIn(userId)) === 0)
        throw new AppError('CONFLICT', {
          message: 'This is your only way to sign in.',
          details: { suggestion: 'Set a password, or add another way, first.' },
        });
      return removed;
    }),
});

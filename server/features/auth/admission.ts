import type { Transaction } from 'kysely';
import type { Config } from '../../config.ts';
import type { DB } from '../../db/schema.ts';

/** An invite that was looked at, and is not used yet. */
export type Invitation = { id: string; role: 'admin' | 'user' };

/** Who may make an account by themselves. */
export type Admission = {
  mode(): Promise<Config['auth']['signup']>;
  /** Throws INVALID_INVITE for a code that does not open the door to this address now. Changes nothing. */
  check(code: string, email: string): Promise<Invitation>;
  /** Takes one use, in the transaction that makes the account: INVALID_INVITE when others took the last. */
  use(tx: Transaction<DB>, invitation: Invitation, userId: string): Promise<void>;
};

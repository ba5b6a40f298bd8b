import { createHmac, timingSafeEqual } from 'node:crypto';
import type { AuthRepository } from './repository.ts';

/** The row that says that there is a first admin. Whoever inserts it has won; it is never removed. */
export const SETUP_DONE_KEY = 'setup.done';

/** No letters or digits that are taken for one another. */
const alphabet = 'ABCDEFGHJKMNPQRSTUVWXYZ23456789';

/** Whether the first admin is still to be made, and the code that says that one may: it can be read in the server's console alone. */
export function createSetup(repository: Pick<AuthRepository, 'hasSetting'>, secretKey: Buffer) {
  // Derived, so that every process of the instance names the same code, before and after a restart.
  const digest = createHmac('sha256', secretKey).update('setup code').digest();
  const symbols = [...digest.subarray(0, 12)].map((byte) => alphabet[byte % alphabet.length]).join('');
  let done = false;

  return {
    /** Twelve characters (59 bits) in groups of four. */
    code: symbols.replace(/(.{4})(?=.)/g, '$1-'),

    isRight(given: string | undefined): boolean {
      const plain = Buffer.from((given ?? '').toUpperCase().replaceAll(/[^A-Z0-9]/g, ''));
      return plain.length === symbols.length && timingSafeEqual(plain, Buffer.from(symbols));
    },

    async isPending(): Promise<boolean> {
      // Once done it stays done, so only the answer "pending" is asked for again.
      done ||= await repository.hasSetting(SETUP_DONE_KEY);
      return !done;
    },
  };
}

import { randomBytes } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { hash, verify } from '@node-rs/argon2';
import { AppError } from '../../lib/errors.ts';

/** Argon2id (the library's default variant) as OWASP's password storage guide has it: 19 MiB, two passes, one lane. */
const cost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/** Hashing runs on libuv's pool of four threads, which files and DNS need as well: one is left to them. */
const defaultWidth = Math.min(availableParallelism(), 3);

/** At 20 to 50 ms a hash the last in line waits for a few seconds; who comes after that is asked to come back. */
const DEFAULT_MAX_WAITING = 128;
const RETRY_AFTER_SECONDS = 3;

export type Passwords = ReturnType<typeof createPasswords>;

/**
 * Hashes and verifies off the main thread, `width` at a time, at most `maxWaiting` in line: past that RATE_LIMITED.
 * Passwords are compared in Unicode NFC (NIST SP 800-63B-4, 3.1.1.2), so that one typed on another keyboard is the same.
 */
export function createPasswords({ width = defaultWidth, maxWaiting = DEFAULT_MAX_WAITING } = {}) {
  const inLine = createLine(width, maxWaiting);
  const nobodysHash = phc(randomBytes(16), randomBytes(32));

  return {
    /** A PHC string. */
    hash: (password: string): Promise<string> => inLine(() => hash(password.normalize('NFC'), cost)),

    /** Without a hash (no such user, no password) the same work is done in vain, so that the time tells nothing. */
    verify: (storedHash: string | null, password: string): Promise<boolean> =>
      inLine(async () => {
        const matches = await verify(storedHash ?? nobodysHash, password.normalize('NFC'));
        return matches && storedHash !== null;
      }),
  };
}

/** A hash that no password is known for. */
function phc(salt: Buffer, digest: Buffer): string {
  const text = (bytes: Buffer): string => bytes.toString('base64').replaceAll('=', '');
  return `$argon2id$v=19$m=${cost.memoryCost},t=${cost.timeCost},p=${cost.parallelism}$${text(salt)}$${text(digest)}`;
}

function createLine(width: number, maxWaiting: number) {
  const waiting: (() => void)[] = [];
  let running = 0;

  return async <T>(work: () => Promise<T>): Promise<T> => {
    if (running >= width) {
      if (waiting.length >= maxWaiting) {
        throw new AppError('RATE_LIMITED', {
          message: 'Too many people are signing in at this moment. Wait a little and try again.',
          details: { retry_after: RETRY_AFTER_SECONDS },
        });
      }
      // Whoever finishes hands the place over, so `running` stays as it is.
      await new Promise<void>((resolve) => waiting.push(resolve));
    } else {
      running += 1;
    }
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else running -= 1;
    }
  };
}

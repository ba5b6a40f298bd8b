import { randomBytes } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { hash, verify } from '@node-rs/argon2';
import { verify as verifyBcrypt } from '@node-rs/bcrypt';
import { AppError } from '../../lib/errors.ts';

/** Argon2id (the library's default variant) as OWASP's password storage guide has it: 19 MiB, two passes, one lane. */
const cost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

const argon2id = `$argon2id$v=19$m=${cost.memoryCost},t=${cost.timeCost},p=${cost.parallelism}$`;

/** What accounts bring along from other systems. Made of the password's bytes as they were typed, the first 72 of them. */
const bcrypt = /^\$2[aby]\$\d\d\$[./A-Za-z0-9]{53}$/;

/**
 * One more than there are cores, so that hashing goes on while the main thread waits for the disk; it runs on libuv's pool of four
 * threads, which files and DNS need as well, so one is left to them.
 */
const defaultWidth = Math.min(availableParallelism() + 1, 3);

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
        if (storedHash !== null && bcrypt.test(storedHash)) return fitsBcrypt(storedHash, password);
        const matches = await verify(storedHash ?? nobodysHash, password.normalize('NFC'));
        return matches && storedHash !== null;
      }),

    /** Whether a hash is not of the kind and cost that new ones have, and is to be made anew once the password is known. */
    isOutdated: (storedHash: string): boolean => !storedHash.startsWith(argon2id),
  };
}

/** As it was typed, then in NFC: the system that made the hash may or may not have composed the letters. */
async function fitsBcrypt(storedHash: string, password: string): Promise<boolean> {
  const forms = new Set([password, password.normalize('NFC')]);
  for (const form of forms) if (await verifyBcrypt(form, storedHash)) return true;
  return false;
}

/** A hash that no password is known for. */
function phc(salt: Buffer, digest: Buffer): string {
  const text = (bytes: Buffer): string => bytes.toString('base64').replaceAll('=', '');
  return `${argon2id}${text(salt)}$${text(digest)}`;
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

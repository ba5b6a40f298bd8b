import { randomBytes } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { seconds } from '../../lib/clock.ts';
import { AppError } from '../../lib/errors.ts';
import { createThread } from '../../lib/thread.ts';

/** What a thread is asked to do. */
export type Hashing =
  { work: 'hash'; password: string; cost: typeof cost } | { work: 'argon2' | 'bcrypt'; hash: string; password: string };

/** Argon2id (the library's default variant) as OWASP's password storage guide has it: 19 MiB, two passes, one lane. */
const cost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

const argon2id = `$argon2id$v=19$m=${cost.memoryCost},t=${cost.timeCost},p=${cost.parallelism}$`;

/** What accounts bring along from other systems. Made of the password's bytes as they were typed, the first 72 of them. */
const bcrypt = /^\$2[aby]\$\d\d\$[./A-Za-z0-9]{53}$/;

/** Hashing is arithmetic: more threads than cores gain nothing, and each takes 19 MiB more. */
const defaultWidth = Math.min(availableParallelism(), 4);

/** A thread that has had nothing to hash for this long gives its memory back. */
const IDLE_MS = seconds(30);

/** At 20 to 50 ms a hash the last in line waits for a few seconds; who comes after that is asked to come back. */
const DEFAULT_MAX_WAITING = 128;
const RETRY_AFTER_SECONDS = 3;

export type Passwords = ReturnType<typeof createPasswords>;

/**
 * Hashes and verifies in threads of its own, which give way to everything else, `width` at a time, at most `maxWaiting` in
 * line: past that RATE_LIMITED. (libuv's pool has four threads for all, and the disk's syncs would wait behind hashes there.)
 * Passwords are compared in Unicode NFC (NIST SP 800-63B-4, 3.1.1.2), so that one typed on another keyboard is the same.
 */
export function createPasswords({ width = defaultWidth, maxWaiting = DEFAULT_MAX_WAITING } = {}) {
  const inLine = createLine(width, maxWaiting);
  const threads = Array.from({ length: width }, () =>
    createThread<Hashing, string | boolean>(new URL('./password-worker.ts', import.meta.url), {
      name: 'hashing passwords',
      idleMs: IDLE_MS,
    }),
  );
  const nobodysHash = phc(randomBytes(16), randomBytes(32));

  async function ask(asked: Hashing): Promise<string | boolean> {
    const freest = threads.reduce((least, each) => (each.waiting() < least.waiting() ? each : least));
    return freest.ask(asked);
  }

  /** As it was typed, then in NFC: the system that made the hash may or may not have composed the letters. */
  async function fitsBcrypt(hash: string, password: string): Promise<boolean> {
    const forms = new Set([password, password.normalize('NFC')]);
    for (const form of forms) if (await ask({ work: 'bcrypt', hash, password: form })) return true;
    return false;
  }

  return {
    /** A PHC string. */
    hash: (password: string): Promise<string> =>
      inLine(async () => String(await ask({ work: 'hash', password: password.normalize('NFC'), cost }))),

    /** Without a hash (no such user, no password) the same work is done in vain, so that the time tells nothing. */
    verify: (storedHash: string | null, password: string): Promise<boolean> =>
      inLine(async () => {
        if (storedHash !== null && bcrypt.test(storedHash)) return fitsBcrypt(storedHash, password);
        const hash = storedHash ?? nobodysHash;
        const matches = await ask({ work: 'argon2', hash, password: password.normalize('NFC') });
        return matches === true && storedHash !== null;
      }),

    /** Whether a hash is not of the kind and cost that new ones have, and is to be made anew once the password is known. */
    isOutdated: (storedHash: string): boolean => !storedHash.startsWith(argon2id),

    /** Ends the threads. */
    async close(): Promise<void> {
      await Promise.all(threads.map((thread) => thread.close()));
    },
  };
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

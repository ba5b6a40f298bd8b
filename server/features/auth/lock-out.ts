import { createHmac } from 'node:crypto';
import { networkKey } from '../../http-kit/rate-limit.ts';
import { days, hours, minutes, seconds, type Clock } from '../../lib/clock.ts';
import { AppError } from '../../lib/errors.ts';
import { createFailures, createSharedFailures } from './failure-counter.ts';
import type { SharedState } from '../../platform/shared-state/driver.ts';
import type { KnownNetworksRepository } from './known-networks-repository.ts';

type Deps = {
  known: KnownNetworksRepository;
  secretKey: Buffer;
  now: Clock;
  /** What several processes count together; null for one. */
  shared?: SharedState | null;
};

export type LockOut = {
  /**
   * Runs one try to sign in, unless too many have failed: then ACCOUNT_LOCKED with the seconds to wait. What `work` finds is a success,
   * undefined a failure, an error neither. `login` as findByLogin takes it; whether there is such an account makes no difference.
   */
  around<T extends { id: string }>(
    from: { login: string; ip: string },
    work: () => Promise<T | undefined>,
  ): Promise<T | undefined>;
  /** Forgets networks that nobody signed in from for long. */
  clean(): Promise<void>;
};

/** For where limits are switched off. */
export const noLockOut: LockOut = { around: (_from, work) => work(), clean: () => Promise.resolve() };

const KNOWN_FOR_MS = days(180);
/** A sign-in a day is worth a write. */
const NOTE_EVERY_MS = days(1);

/** By account and network, and by account alone. */
const pairRule = { free: 5, firstMs: seconds(15), step: 1, maxMs: minutes(15), forgetMs: hours(24) };
const accountRule = { free: 20, firstMs: seconds(15), step: 5, maxMs: minutes(5), forgetMs: hours(24) };

/**
 * Progressive lock-out. Who fails from one network waits, up to a quarter of an hour; an account that is tried from many makes those wait,
 * for at most five minutes each time, whose network it has not been signed in to from before. So nobody can lock its owner out: the
 * network at home is bound by its own failures alone.
 */
export function createLockOut({ known, secretKey, now, shared = null }: Deps): LockOut {
  const counter = (name: string, rule: typeof pairRule) =>
    shared ? createSharedFailures(shared, name, { ...rule, now }) : createFailures({ ...rule, now });
  const [pair, account] = [counter('failed pair', pairRule), counter('failed account', accountRule)];
  const hash = (what: string, text: string): string =>
    createHmac('sha256', secretKey).update(`${what}\n${text}`).digest('hex');

  return {
    async around({ login, ip }, work) {
      const name = login.normalize('NFKC').toLowerCase();
      const place = `${name}\n${networkKey(ip)}`;
      // What others keep for us tells nobody who signs in.
      const accountKey = hash('account', name);
      const pairKey = hash('pair', place);
      const mark = hash('known network', place);
      const seenAt = await known.seenAt(mark);
      const isKnown = seenAt !== null && now() - seenAt < KNOWN_FOR_MS;

      if (!isKnown) refuse(await account.wait(accountKey));
      refuse(await pair.take(pairKey));
      const late = await account.take(accountKey);
      if (late > 0 && !isKnown) {
        await pair.giveBack(pairKey);
        refuse(late);
      }
      const counted = late === 0;
      let found;
      try {
        found = await work();
      } catch (error) {
        await pair.giveBack(pairKey);
        if (counted) await account.giveBack(accountKey);
        throw error;
      }
      if (!found) return undefined;
      await pair.forgive(pairKey);
      // The others' failures stay: a sign-in of its owner is not to give an attacker new tries.
      if (counted) await account.giveBack(accountKey);
      if (seenAt === null || now() - seenAt >= NOTE_EVERY_MS)
        await known.put({ mark, user_id: found.id, seen_at: now() });
      return found;
    },

    clean: () => known.deleteBefore(now() - KNOWN_FOR_MS),
  };
}

function refuse(wait: number): void {
  if (wait === 0) return;
  throw new AppError('ACCOUNT_LOCKED', {
    message: `Too many wrong tries. Wait ${wait} ${wait === 1 ? 'second' : 'seconds'} and try again.`,
    details: { retry_after: wait },
  });
}

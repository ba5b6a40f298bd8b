import { minutes, type Clock } from '../../lib/clock.ts';
import { AppError } from '../../lib/errors.ts';
import type { SecondFactorRepository } from './repository.ts';

/** Ten wrong codes, then a pause: 960 tries a day against a million codes of which three are right. */
export const MOST_FAILURES = 10;
const PAUSE_MS = minutes(15);

/** Counts the tries at one person's second factor, on every way to it. */
export function createAttempts(repository: SecondFactorRepository, onLocked: (userId: string) => void, now: Clock) {
  /**
   * Takes one of the tries before the code is looked at, so that many at once have no more than one after the other.
   * Answers which one it is; throws ACCOUNT_LOCKED when none is left.
   */
  async function take(userId: string): Promise<number> {
    for (;;) {
      const at = now();
      const seen = await repository.failures(userId);
      if (!seen) {
        if (await repository.startFailures(userId, at)) return 1;
        continue;
      }
      const fresh = seen.last_at + PAUSE_MS <= at;
      if (!fresh && seen.failures >= MOST_FAILURES) {
        const wait = Math.ceil((seen.last_at + PAUSE_MS - at) / 1_000);
        throw new AppError('ACCOUNT_LOCKED', {
          message: 'Too many wrong codes. The second factor takes none for a while.',
          details: { retry_after: wait },
        });
      }
      // Changed by another meanwhile: look again.
      const failures = fresh ? 1 : seen.failures + 1;
      if (await repository.changeFailures(seen, { failures, last_at: at })) return failures;
    }
  }

  return {
    /** Runs `check`; true forgets the failures before it. */
    async count(userId: string, check: () => Promise<boolean>): Promise<boolean> {
      const which = await take(userId);
      const passed = await check();
      if (passed) await repository.forgetFailures(userId);
      else if (which === MOST_FAILURES) onLocked(userId);
      return passed;
    },
  };
}

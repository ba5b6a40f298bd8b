import { createHash } from 'node:crypto';
import type { OutboundGuard } from '../../lib/outbound-guard.ts';
import { minutes, type Clock } from '../../lib/clock.ts';
import type { Logger } from '../../lib/logger.ts';
import { safeFetch } from '../../lib/safe-fetch.ts';

type Options = {
  /** Where ranges are asked for: five hex digits are added. */
  url: string;
  guard: OutboundGuard;
  timeoutMs?: number;
  logger: Logger;
  now: Clock;
};

/** Whether a password is known from a breach; false also where that could not be found out. */
export type BreachCheck = (password: string) => Promise<boolean>;

export const PWNED_PASSWORDS_URL = 'https://api.pwnedpasswords.com/range/';

/** Nobody waits longer for an answer that is only good to have. */
const TIMEOUT_MS = 1_500;
/** Where the service cannot be reached it is left alone for this long, so that an instance without a way out is not slowed down. */
const PAUSE_MS = minutes(5);
const MAX_BYTES = 256 * 1024;

/**
 * Have I Been Pwned's range search: of the password's SHA-1 the first five hex digits leave this server, and the answer is padded, so
 * that neither the service nor who watches learns which password was meant. Never throws: what goes wrong is logged.
 */
export function createBreachCheck({ url, guard, timeoutMs = TIMEOUT_MS, logger, now }: Options): BreachCheck {
  let pausedUntil = 0;

  return async (password) => {
    if (now() < pausedUntil) return false;
    const digest = createHash('sha1').update(password.normalize('NFC')).digest('hex').toUpperCase();
    const rest = digest.slice(5);
    try {
      const { status, body } = await safeFetch(`${url}${digest.slice(0, 5)}`, {
        guard,
        timeoutMs,
        maxBytes: MAX_BYTES,
        headers: { 'add-padding': 'true', 'user-agent': 'Carrel' },
      });
      if (status !== 200) throw new Error(`it answered ${status}`);
      // Padding has a count of 0.
      return body
        .toString('latin1')
        .split(/\r?\n/)
        .some((line) => line.startsWith(`${rest}:`) && Number(line.slice(rest.length + 1)) > 0);
    } catch (err) {
      pausedUntil = now() + PAUSE_MS;
      logger.warn(
        { err },
        'passwords could not be checked against known breaches; they are taken without it for a while',
      );
      return false;
    }
  };
}

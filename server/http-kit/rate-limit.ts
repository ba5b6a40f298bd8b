import ipaddr from 'ipaddr.js';
import { AppError } from '../lib/errors.ts';
import type { Clock } from '../lib/clock.ts';

/** A limit on how often something may happen, counted by key. Asynchronous, so that a store shared by several processes can stand behind it. */
export interface RateLimiter {
  /** Takes one from what the key has left. Resolves to 0 when it was there, else to the seconds until it will be. */
  take(key: string): Promise<number>;
}

type Bucket = { tokens: number; at: number };

/** Past this many keys those that were not heard of for longest are forgotten, which bounds the memory to a few MB. */
const MAX_KEYS = 20_000;

/**
 * A token bucket a key, in this process's memory: `perMinute` at once, then one each 60/perMinute seconds.
 * The map keeps keys in the order of their last use.
 */
export function createMemoryRateLimiter({ perMinute, now }: { perMinute: number; now: Clock }): RateLimiter {
  const buckets = new Map<string, Bucket>();
  const perMs = perMinute / 60_000;

  return {
    take(key) {
      const at = now();
      const last = buckets.get(key);
      const tokens = last ? Math.min(perMinute, last.tokens + Math.max(0, at - last.at) * perMs) : perMinute;
      const allowed = tokens >= 1;
      buckets.delete(key);
      buckets.set(key, { tokens: allowed ? tokens - 1 : tokens, at });
      if (buckets.size > MAX_KEYS) {
        const [oldest] = buckets.keys();
        if (oldest !== undefined) buckets.delete(oldest);
      }
      return Promise.resolve(allowed ? 0 : Math.ceil((1 - tokens) / perMs / 1_000));
    },
  };
}

/** A limiter for where limits are switched off. */
export const noRateLimiter: RateLimiter = { take: () => Promise.resolve(0) };

/** Takes one, or throws RATE_LIMITED with the seconds to wait. */
export async function enforceRate(limiter: RateLimiter, key: string): Promise<void> {
  const wait = await limiter.take(key);
  if (wait > 0) {
    throw new AppError('RATE_LIMITED', {
      message: `Too many tries from here. Wait ${wait} ${wait === 1 ? 'second' : 'seconds'} and try again.`,
      details: { retry_after: wait },
    });
  }
}

/** The network that an address is counted under: an IPv4 address by itself, also when mapped into IPv6; of IPv6 the /64, which one customer has whole. */
export function networkKey(ip: string): string {
  if (!ipaddr.isValid(ip)) return ip;
  const address = ipaddr.process(ip);
  if (address instanceof ipaddr.IPv6) {
    return `${address.parts
      .slice(0, 4)
      .map((part) => part.toString(16))
      .join(':')}::/64`;
  }
  return address.toString();
}

import ipaddr from 'ipaddr.js';
import { AppError } from '../lib/errors.ts';
import type { Clock } from '../lib/clock.ts';
import type { SharedState } from '../platform/shared-state/driver.ts';

/** A limit on how often something may happen, counted by key. Asynchronous, so that a store shared by several processes can stand behind it. */
export interface RateLimiter {
  /** Takes one from what the key has left. Resolves to 0 when it was there, else to the seconds until it will be. */
  take(key: string): Promise<number>;
}

/** What is left to a key after it has spent, or was not let. */
export type Allowance = {
  /** Seconds until what was asked for will be there; 0 when it was. */
  wait: number;
  /** Whole calls that could follow at once. */
  remaining: number;
  /** Seconds until nothing is missing any more; where no whole call remains, until one does. */
  resetIn: number;
};

/** A limiter that also says how much is left. */
export interface MeteredLimiter extends RateLimiter {
  readonly perMinute: number;
  /** Takes `cost` (a fraction, for what is asked for again and again) from what the key has left, or nothing where it has not as much. */
  spend(key: string, cost: number): Promise<Allowance>;
}

/**
 * How calls of a route are counted: under one of the instance's limits, with a cost other than 1, under a limit of the route's own, or not
 * at all. `auth` counts by network whoever calls; the others by person where somebody is signed in, all API keys
 * of a person together, else by network.
 */
export type RouteLimit = 'none' | 'general' | 'auth' | 'chat' | { cost: number } | { name: string; perMinute: number };

type Bucket = { tokens: number; at: number };

/** Past this many keys those that were not heard of for longest are forgotten, which bounds the memory to a few MB. */
const MAX_KEYS = 20_000;

/**
 * A token bucket a key, in this process's memory: `perMinute` at once, then one each 60/perMinute seconds.
 * The map keeps keys in the order of their last use.
 */
export function createMemoryRateLimiter({ perMinute, now }: { perMinute: number; now: Clock }): MeteredLimiter {
  const buckets = new Map<string, Bucket>();
  const perMs = perMinute / 60_000;
  const allowanceOf = allowances(perMinute);

  function spend(key: string, cost: number): Allowance {
    const at = now();
    const last = buckets.get(key);
    const tokens = last ? Math.min(perMinute, last.tokens + Math.max(0, at - last.at) * perMs) : perMinute;
    // Fractions do not add up exactly.
    const allowed = tokens >= cost - 1e-6;
    const left = allowed ? Math.max(0, tokens - cost) : tokens;
    buckets.delete(key);
    buckets.set(key, { tokens: left, at });
    if (buckets.size > MAX_KEYS) {
      const [oldest] = buckets.keys();
      if (oldest !== undefined) buckets.delete(oldest);
    }
    return allowanceOf(allowed, left, cost);
  }

  return {
    perMinute,
    spend: (key, cost) => Promise.resolve(spend(key, cost)),
    take: (key) => Promise.resolve(spend(key, 1).wait),
  };
}

/** What a bucket that holds `tokens` after it was asked for `cost` means for who asked. */
const allowances =
  (perMinute: number) =>
  (allowed: boolean, tokens: number, cost: number): Allowance => {
    const secondsFor = (missing: number): number => Math.ceil((missing * 60) / perMinute);
    return {
      wait: allowed ? 0 : secondsFor(cost - tokens),
      remaining: Math.floor(tokens + 1e-6),
      resetIn: secondsFor(tokens >= 1 ? perMinute - tokens : 1 - tokens),
    };
  };

type SharedOptions = { shared: Pick<SharedState, 'spend'>; name: string; perMinute: number; now: Clock };

/**
 * A bucket that all processes take from. Each counts what it let through in its memory too: so a limit holds while the
 * shared store is away, and when it has forgotten everything.
 */
export function createSharedRateLimiter({ shared, name, perMinute, now }: SharedOptions): MeteredLimiter {
  const own = createMemoryRateLimiter({ perMinute, now });
  const allowanceOf = allowances(perMinute);

  async function spend(key: string, cost: number): Promise<Allowance> {
    const spent = await shared.spend(`rate ${name} ${key}`, { perMinute, cost, at: now() }).catch(() => null);
    if (spent && !spent.allowed) return allowanceOf(false, spent.tokens, cost);
    const here = await own.spend(key, cost);
    return !spent || here.wait > 0 ? here : allowanceOf(true, spent.tokens, cost);
  }
  return { perMinute, spend, take: async (key) => (await spend(key, 1)).wait };
}

/** A limiter for where limits are switched off. */
export const noRateLimiter: RateLimiter = { take: () => Promise.resolve(0) };

/** Takes one, or throws RATE_LIMITED with the seconds to wait. */
export async function enforceRate(limiter: RateLimiter, key: string): Promise<void> {
  const wait = await limiter.take(key);
  if (wait > 0) throw tooMany('Too many tries from here.', wait);
}

/** RATE_LIMITED, with the seconds to wait. */
export const tooMany = (what: string, wait: number): AppError =>
  new AppError('RATE_LIMITED', {
    message: `${what} Wait ${wait} ${wait === 1 ? 'second' : 'seconds'} and try again.`,
    details: { retry_after: wait },
  });

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

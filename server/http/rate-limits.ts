import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Config } from '../config.ts';
import type { Actor } from '../http-kit/actor.ts';
import {
  createMemoryRateLimiter,
  createSharedRateLimiter,
  networkKey,
  tooMany,
  type Allowance,
  type MeteredLimiter,
  type RouteLimit,
} from '../http-kit/rate-limit.ts';
import type { Door } from '../http-kit/register.ts';
import type { Clock } from '../lib/clock.ts';
import type { SharedState } from '../platform/shared-state/driver.ts';

const WINDOW_SECONDS = 60;

type Policy = { name: string; perMinute: number; cost: number };

/**
 * Counts calls by person, by a person's API keys, or by network, and puts `RateLimit-Policy` and `RateLimit` on the answer
 * (draft-ietf-httpapi-ratelimit-headers-10). With `shared`, over all processes.
 */
export function createRateLimits(
  config: Config['rateLimit'],
  now: Clock,
  shared: SharedState | null = null,
): Door['count'] {
  const limiters = new Map<string, MeteredLimiter>();

  function limiterOf({ name, perMinute }: Policy): MeteredLimiter {
    const known = limiters.get(name);
    if (known) return known;
    const made = shared
      ? createSharedRateLimiter({ shared, name, perMinute, now })
      : createMemoryRateLimiter({ perMinute, now });
    limiters.set(name, made);
    return made;
  }

  return async (request, reply, limit, actor) => {
    if (!config.enabled || limit === 'none') return;
    const policy = policyOf(limit, config);
    const allowance = await limiterOf(policy).spend(callerOf(request, limit === 'auth' ? null : actor), policy.cost);
    tell(reply, policy, allowance);
    if (allowance.wait > 0)
      throw tooMany(limit === 'auth' ? 'Too many tries from here.' : 'Too many requests.', allowance.wait);
  };
}

function policyOf(limit: Exclude<RouteLimit, 'none'>, config: Config['rateLimit']): Policy {
  if (limit === 'auth' || limit === 'chat') return { name: limit, perMinute: config[limit], cost: 1 };
  if (typeof limit === 'object' && 'name' in limit) return { ...limit, cost: 1 };
  return { name: 'general', perMinute: config.perMinute, cost: limit === 'general' ? 1 : limit.cost };
}

/** Whose allowance a call is taken from. A person's keys share one, apart from the page's: more keys are not more calls. */
function callerOf({ ip }: FastifyRequest, actor: Actor | null): string {
  if (!actor) return `network ${networkKey(ip)}`;
  return `${actor.via === 'api_key' ? 'keys of' : 'person'} ${actor.userId}`;
}

function tell(reply: FastifyReply, { name, perMinute }: Policy, { wait, remaining, resetIn }: Allowance): void {
  reply.header('ratelimit-policy', `"${name}";q=${perMinute};w=${WINDOW_SECONDS}`);
  reply.header('ratelimit', `"${name}";r=${remaining};t=${wait > 0 ? wait : resetIn}`);
}

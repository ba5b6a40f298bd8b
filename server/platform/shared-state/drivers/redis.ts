import type { RedisConnection } from '../../redis/connection.ts';
import type { SharedState } from '../driver.ts';

/** As the bucket in memory counts. A clock that is behind another's takes nothing away. A minute untouched, it is full and forgotten. */
const SPEND = `
local per, cost, at = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local last = redis.call('HMGET', KEYS[1], 'tokens', 'at')
local tokens = per
if last[1] then tokens = math.min(per, tonumber(last[1]) + math.max(0, at - tonumber(last[2])) * per / 60000) end
local allowed = tokens >= cost - 0.000001
if allowed then tokens = math.max(0, tokens - cost) end
redis.call('HSET', KEYS[1], 'tokens', string.format('%.6f', tokens), 'at', string.format('%.0f', math.max(at, tonumber(last[2] or 0))))
redis.call('PEXPIRE', KEYS[1], 61000)
return {allowed and 1 or 0, string.format('%.6f', tokens)}`;

const REPLACE = `
local known = redis.call('GET', KEYS[1])
if (known or '') ~= ARGV[1] then return 0 end
if ARGV[2] == '' then redis.call('DEL', KEYS[1]) else redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3]) end
return 1`;

/** In Redis, by two scripts: what is read and written at once cannot be overtaken by another process. */
export function createRedisState({ prefix, run }: Pick<RedisConnection, 'prefix' | 'run'>): SharedState {
  // Found by its hash: only a Redis that does not know a script yet is sent its text.
  const evaluate = (script: { text: string; sha: string }, key: string, args: (string | number)[]) =>
    run(async (client): Promise<unknown> => {
      try {
        if (script.sha !== '') return await client.evalsha(script.sha, 1, prefix + key, ...args);
      } catch (error) {
        if (!(error instanceof Error) || !error.message.startsWith('NOSCRIPT')) throw error;
      }
      script.sha = (await client.script('LOAD', script.text)) as string;
      return client.evalsha(script.sha, 1, prefix + key, ...args);
    });
  const [spend, replace] = [SPEND, REPLACE].map((text) => ({ text, sha: '' })) as [Script, Script];

  return {
    async spend(key, { perMinute, cost, at }) {
      const [allowed, tokens] = (await evaluate(spend, key, [perMinute, cost, at])) as [number, string];
      return { allowed: allowed === 1, tokens: Number(tokens) };
    },
    read: (key) => run((client) => client.get(prefix + key)),
    async replace(key, before, after, lifeMs) {
      return (await evaluate(replace, key, [before ?? '', after ?? '', lifeMs])) === 1;
    },
  };
}

type Script = { text: string; sha: string };

import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startRedis } from '../../../test/servers.ts';
import { createMemoryRateLimiter, createSharedRateLimiter } from '../../http-kit/rate-limit.ts';
import { connectRedis, type RedisConnection } from '../redis/connection.ts';
import type { SharedState } from './driver.ts';
import { createRedisState } from './drivers/redis.ts';

const redis = await startRedis();

describe.runIf(redis)('what processes share in Redis', () => {
  let connection: RedisConnection;
  let shared: SharedState;
  beforeAll(async () => {
    connection = await connectRedis({
      url: redis?.url ?? '',
      secretKey: Buffer.alloc(32),
      logger: pino({ level: 'silent' }),
    });
    shared = createRedisState(connection);
  });
  afterAll(async () => {
    connection.close();
    await redis?.stop();
  });

  it('counts as a process does by itself', async () => {
    let time = 1_000_000;
    const now = () => time;
    const alone = createMemoryRateLimiter({ perMinute: 7, now });
    const together = createSharedRateLimiter({ shared, name: 'same', perMinute: 7, now });
    for (let n = 0; n < 40; n += 1) {
      const cost = [1, 0.25, 3][n % 3] ?? 1;
      expect(await together.spend('key', cost), `call ${n}`).toEqual(await alone.spend('key', cost));
      time += (n * 977) % 9_000;
    }
  });

  it('gives of many at once, at two processes, exactly as much as there is', async () => {
    const now = () => 1_000_000;
    const side = () => createSharedRateLimiter({ shared, name: 'many', perMinute: 10, now });
    const [here, there] = [side(), side()];
    const waits = await Promise.all(Array.from({ length: 100 }, (_, n) => (n % 2 ? here : there).take('key')));
    expect(waits.filter((wait) => wait === 0)).toHaveLength(10);
  });

  it('replaces only what still stands there', async () => {
    expect(await shared.read('k')).toBeNull();
    const won = await Promise.all(['a', 'b', 'c'].map((value) => shared.replace('k', null, value, 60_000)));
    expect(won.filter(Boolean)).toHaveLength(1);
    expect(await shared.read('k')).toBe(['a', 'b', 'c'][won.indexOf(true)]);
    expect(await shared.replace('k', 'other', 'd', 60_000)).toBe(false);
    expect(await shared.replace('k', await shared.read('k'), null, 60_000)).toBe(true);
    expect(await shared.read('k')).toBeNull();
  });

  it('leaves a limit on that Redis has forgotten, or is not there for', async () => {
    const limiter = createSharedRateLimiter({ shared, name: 'lost', perMinute: 3, now: () => 1_000_000 });
    for (let n = 0; n < 3; n += 1) expect(await limiter.take('key')).toBe(0);
    await connection.run((client) => client.flushall());
    expect(await limiter.take('key')).toBe(20);
    await redis?.stop();
    expect(await limiter.take('key')).toBe(20);
    expect(await limiter.take('other')).toBe(0);
    await redis?.start();
  });
});

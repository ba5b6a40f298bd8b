import { describe, expect, it } from 'vitest';
import { createMemoryRateLimiter, enforceRate, networkKey } from './rate-limit.ts';

describe('the limiter in memory', () => {
  it('gives as many as a minute has, then one after the other', async () => {
    let time = 0;
    const limiter = createMemoryRateLimiter({ perMinute: 3, now: () => time });
    for (let n = 0; n < 3; n += 1) expect(await limiter.take('a')).toBe(0);
    expect(await limiter.take('a')).toBe(20);
    expect(await limiter.take('b')).toBe(0);
    time = 19_000;
    expect(await limiter.take('a')).toBe(1);
    time = 20_000;
    expect(await limiter.take('a')).toBe(0);
    expect(await limiter.take('a')).toBe(20);
  });

  it('takes fractions, and says what is left', async () => {
    let time = 0;
    const limiter = createMemoryRateLimiter({ perMinute: 2, now: () => time });
    for (let n = 1; n <= 10; n += 1) expect((await limiter.spend('a', 0.1)).wait).toBe(0);
    expect(await limiter.spend('a', 1)).toEqual({ wait: 0, remaining: 0, resetIn: 30 });
    expect(await limiter.spend('a', 0.1)).toEqual({ wait: 3, remaining: 0, resetIn: 30 });
    time = 30_000;
    expect(await limiter.spend('a', 0)).toEqual({ wait: 0, remaining: 1, resetIn: 30 });
  });

  it('says how long to wait', async () => {
    const limiter = createMemoryRateLimiter({ perMinute: 1, now: () => 0 });
    await enforceRate(limiter, 'a');
    await expect(enforceRate(limiter, 'a')).rejects.toMatchObject({
      code: 'RATE_LIMITED',
      details: { retry_after: 60 },
    });
  });

  it('does not forget a key that is in use when very many others come', async () => {
    const limiter = createMemoryRateLimiter({ perMinute: 1, now: () => 0 });
    await limiter.take('guesser');
    for (let n = 0; n < 30_000; n += 1) {
      await limiter.take(`other ${n}`);
      if (n % 10_000 === 0) await limiter.take('guesser');
    }
    expect(await limiter.take('guesser')).toBe(60);
  });
});

describe('networks', () => {
  it('counts one IPv6 /64 as one, and an IPv4 address as itself however it is written', () => {
    expect(networkKey('2001:db8:1:2:3:4:5:6')).toBe(networkKey('2001:db8:1:2:ffff::1'));
    expect(networkKey('2001:db8:1:2::1')).not.toBe(networkKey('2001:db8:1:3::1'));
    expect(networkKey('::ffff:192.0.2.1')).toBe(networkKey('192.0.2.1'));
    expect(networkKey('192.0.2.1')).not.toBe(networkKey('192.0.2.2'));
  });
});

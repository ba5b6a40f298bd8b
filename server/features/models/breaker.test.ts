import { describe, expect, it } from 'vitest';
import { seconds } from '../../lib/clock.ts';
import { createBreaker } from './breaker.ts';

const setup = () => {
  const clock = { now: 1_000 };
  const breaker = createBreaker(() => clock.now);
  const fail = (times: number): void => {
    for (let n = 0; n < times; n += 1) breaker.enter()?.failed();
  };
  return { breaker, clock, fail };
};

describe('a circuit', () => {
  it('opens after three failures in a row, and not before', () => {
    const { breaker, fail } = setup();
    fail(2);
    breaker.enter()?.succeeded();
    fail(2);
    expect(breaker.state()).toBe('closed');
    fail(1);
    expect([breaker.state(), breaker.enter(), breaker.waitMs()]).toEqual(['open', undefined, seconds(5)]);
  });

  it('lets one call try it after a pause; its success closes it', () => {
    const { breaker, clock, fail } = setup();
    fail(3);
    clock.now += seconds(5);
    expect(breaker.state()).toBe('half_open');
    const probe = breaker.enter();
    expect([probe === undefined, breaker.enter()]).toEqual([false, undefined]);
    probe?.succeeded();
    expect([breaker.state(), breaker.waitMs()]).toEqual(['closed', 0]);
    fail(2);
    expect(breaker.state()).toBe('closed');
  });

  it('pauses for longer each time, up to a minute', () => {
    const { breaker, clock, fail } = setup();
    fail(3);
    for (const pause of [10, 20, 40, 60, 60]) {
      clock.now += breaker.waitMs();
      breaker.enter()?.failed();
      expect(breaker.waitMs()).toBe(seconds(pause));
    }
  });

  it('is not kept by a probe that ended without telling anything', () => {
    const { breaker, clock, fail } = setup();
    fail(3);
    clock.now += seconds(5);
    breaker.enter()?.left();
    expect(breaker.enter()).toBeDefined();
  });

  it('is not opened further by calls from before that fail late', () => {
    const { breaker, fail } = setup();
    const late = breaker.enter();
    fail(3);
    late?.failed();
    expect(breaker.waitMs()).toBe(seconds(5));
    late?.succeeded();
    expect(breaker.state()).toBe('open');
  });

  it('may be tried at once when the server was heard of', () => {
    const { breaker, fail } = setup();
    fail(3);
    breaker.hopeful();
    expect([breaker.state(), breaker.enter() === undefined]).toEqual(['half_open', false]);
  });
});

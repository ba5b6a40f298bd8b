import { expect, it } from 'vitest';
import { describeEachDatabase } from '../../../test/databases.ts';
import { days, minutes, seconds } from '../../lib/clock.ts';
import { newId } from '../../lib/ids.ts';
import { createKnownNetworksRepository } from './known-networks-repository.ts';
import { createLockOut } from './lock-out.ts';

const home = '192.0.2.1';
const START = Date.UTC(2030, 0, 1);

describeEachDatabase('the lock-out', (database, engine) => {
  async function setUp() {
    const clock = { at: START };
    const known = createKnownNetworksRepository(database().db, engine);
    const over = () => createLockOut({ known, secretKey: Buffer.alloc(32, 7), now: () => clock.at });
    const id = newId();
    const email = `${id}@example.org`;
    const lockOut = over();
    await database()
      .db.insertInto('users')
      .values({
        id,
        email,
        username: null,
        username_key: null,
        name: 'x',
        role: 'user',
        is_active: 1,
        password_hash: null,
        email_verified: 0,
        created_at: START,
        updated_at: START,
        last_active_at: null,
        second_factor_at: null,
      })
      .execute();
    /** 0 for a try that was made, else the seconds to wait. */
    const attempt = async (ip: string, right = false, login = email): Promise<number> => {
      try {
        await lockOut.around({ login, ip }, () => Promise.resolve(right ? { id } : undefined));
        return 0;
      } catch (error) {
        expect(error).toMatchObject({ code: 'ACCOUNT_LOCKED' });
        return (error as { details: { retry_after: number } }).details.retry_after;
      }
    };
    return { clock, attempt, email, lockOut, over, id };
  }

  it('makes who fails from one network wait, longer each time, and for a quarter of an hour at most', async () => {
    const { attempt, clock } = await setUp();
    for (let n = 0; n < 5; n += 1) expect(await attempt(home)).toBe(0);
    const waits: number[] = [];
    for (let n = 0; n < 9; n += 1) {
      const wait = await attempt(home);
      waits.push(wait);
      expect(await attempt(home, true)).toBe(wait);
      clock.at += seconds(wait);
      expect(await attempt(home)).toBe(0);
    }
    expect(waits).toEqual([15, 30, 60, 120, 240, 480, 900, 900, 900]);
  });

  it('counts tries that are made at once', async () => {
    const { lockOut, email } = await setUp();
    let made = 0;
    const tries = Array.from({ length: 100 }, () =>
      lockOut.around({ login: email, ip: home }, async () => {
        made += 1;
        await Promise.resolve();
        return undefined;
      }),
    );
    await Promise.allSettled(tries);
    expect(made).toBe(5);
  });

  it('treats names that nobody has the same', async () => {
    const { attempt } = await setUp();
    const waits = async (login: string): Promise<number[]> => {
      const seen: number[] = [];
      for (let n = 0; n < 7; n += 1) seen.push(await attempt('192.0.2.9', false, login));
      return seen;
    };
    const nobodys = await waits(`${newId()}@nowhere.example`);
    expect(nobodys).toEqual([0, 0, 0, 0, 0, 15, 15]);
    expect(await waits(`${newId()}@example.org`)).toEqual(nobodys);
  });

  it('does not let a crowd lock the owner out who has signed in from home before', async () => {
    const { attempt, clock } = await setUp();
    expect(await attempt(home, true)).toBe(0);
    for (let hour = 0; hour < 24; hour += 1) {
      for (let n = 0; n < 50; n += 1) await attempt(`198.51.100.${n}`);
      expect(await attempt('203.0.113.1', true)).toBeGreaterThan(0);
      expect(await attempt('203.0.113.1', true)).toBeLessThanOrEqual(300);
      expect(await attempt(home, true)).toBe(0);
      clock.at += minutes(2);
    }
    expect(await attempt(home)).toBe(0);
    expect(await attempt(home, true)).toBe(0);
  });

  it('lets anybody in again after five minutes at most', async () => {
    const { attempt, clock } = await setUp();
    for (let n = 0; n < 250; n += 1) {
      const wait = await attempt(`198.51.100.${n}`);
      expect(wait).toBeLessThanOrEqual(300);
      if (wait > 0) clock.at += seconds(wait);
    }
    expect(await attempt('203.0.113.1', true)).toBeGreaterThan(0);
    clock.at += minutes(5);
    expect(await attempt('203.0.113.1', true)).toBe(0);
  });

  it('gives an attacker no new tries when the owner signs in', async () => {
    const { attempt } = await setUp();
    expect(await attempt(home, true)).toBe(0);
    for (let n = 0; n < 20; n += 1) expect(await attempt(`198.51.100.${n}`)).toBe(0);
    expect(await attempt(home, true)).toBe(0);
    expect(await attempt('198.51.100.30')).toBe(15);
  });

  it('counts a network of IPv6 by its /64, and names in any case', async () => {
    const { attempt, email } = await setUp();
    for (let n = 0; n < 5; n += 1) expect(await attempt(`2001:db8::${n}`)).toBe(0);
    expect(await attempt('2001:db8::ffff', false, email.toUpperCase())).toBe(15);
    expect(await attempt('2001:db8:0:1::1')).toBe(0);
  });

  it('does not count a try that could not be made', async () => {
    const { lockOut, attempt, email } = await setUp();
    for (let n = 0; n < 50; n += 1) {
      const broken = lockOut.around({ login: email, ip: home }, () => Promise.reject(new Error('busy')));
      await expect(broken).rejects.toThrow('busy');
    }
    for (let n = 0; n < 5; n += 1) expect(await attempt(home)).toBe(0);
    expect(await attempt(home)).toBe(15);
  });

  it('forgets failures after a day, and networks after half a year', async () => {
    const { attempt, clock, lockOut } = await setUp();
    expect(await attempt(home, true)).toBe(0);
    for (let n = 0; n < 6; n += 1) await attempt(home);
    clock.at += days(1);
    for (let n = 0; n < 5; n += 1) expect(await attempt(home)).toBe(0);
    clock.at += days(180);
    await lockOut.clean();
    for (let n = 0; n < 20; n += 1) await attempt(`198.51.100.${n}`);
    expect(await attempt(home, true)).toBe(15);
  });

  it('keeps nothing that names anybody or where they were', async () => {
    const { attempt, email } = await setUp();
    await attempt(home, true);
    const stored = JSON.stringify(await database().db.selectFrom('known_networks').selectAll().execute());
    expect(stored).not.toContain(email);
    expect(stored).not.toContain(home);
  });
});

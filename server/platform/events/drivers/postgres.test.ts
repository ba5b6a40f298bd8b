import pg from 'pg';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { createTestDatabase, isAvailable, type TestDatabase } from '../../../../test/databases.ts';
import type { Logger } from '../../../lib/logger.ts';
import type { EventBus } from '../driver.ts';
import { eventBusContract } from '../contract.ts';
import { createPostgresEvents } from './postgres.ts';

const silent = pino({ level: 'silent' });

describe.runIf(isAvailable('postgres'))('events over PostgreSQL', () => {
  let database: TestDatabase;
  const closing: (() => Promise<void>)[] = [];
  const connect = (key = 1, logger: Logger = silent): EventBus => {
    const { events, close } = createPostgresEvents({
      url: database.url,
      secretKey: Buffer.alloc(32, key),
      logger,
      watchMs: 200,
    });
    closing.push(close);
    return events;
  };
  beforeAll(async () => {
    database = await createTestDatabase('postgres', { empty: true });
  });
  afterEach(async () => {
    for (const close of closing.splice(0)) await close();
  });
  afterAll(() => database.close());

  /** Until each hears the other. */
  async function connected(here: EventBus, there: EventBus): Promise<void> {
    for (const [from, to] of [
      [here, there],
      [there, here],
    ] as const) {
      const heard = vi.fn();
      const leave = to.follow('user.approved', ({ user_id }) => user_id === 'first' && heard());
      await vi.waitFor(() => {
        from.publish('user.approved', { user_id: 'first' });
        expect(heard).toHaveBeenCalled();
      }, 20_000);
      leave();
    }
  }
  /** What is heard past the first words. */
  const seen = (handler: ReturnType<typeof vi.fn>): unknown[] =>
    handler.mock.calls.map(([event]) => event as { user_id: string }).filter(({ user_id }) => user_id !== 'first');

  eventBusContract('postgres', ({ logger }) => connect(1, logger));

  it('brings what one process publishes to who follows in another, in order, and to each once', async () => {
    const [here, there] = [connect(), connect()];
    await connected(here, there);
    const [own, others] = [vi.fn(), vi.fn()];
    here.follow('user.approved', own);
    there.follow('user.approved', others);
    // More than one notification takes, also in letters that are long in bytes.
    const events = Array.from({ length: 200 }, (_, n) => ({ user_id: `u${n} ${'漢🎈'.repeat(n * 20)}` }));
    for (const event of events) here.publish('user.approved', event);
    await vi.waitFor(() => expect(seen(others)).toHaveLength(events.length), 20_000);
    expect([seen(own), seen(others)]).toEqual([events, events]);
  });

  it('leaves what is done once to the process that published it, and tells no other instance', async () => {
    const [here, there, stranger, friend] = [connect(), connect(), connect(2), connect(2)];
    await connected(here, there);
    await connected(stranger, friend);
    const [once, followed, strange] = [vi.fn(), vi.fn(), vi.fn()];
    there.subscribe('user.approved', once);
    there.follow('user.approved', followed);
    stranger.follow('user.approved', strange);
    here.publish('user.approved', { user_id: 'u' });
    await vi.waitFor(() => expect(followed).toHaveBeenCalledWith({ user_id: 'u' }));
    friend.publish('user.approved', { user_id: 'of the other' });
    await vi.waitFor(() => expect(strange).toHaveBeenCalledWith({ user_id: 'of the other' }));
    expect(once).not.toHaveBeenCalled();
    expect(strange).not.toHaveBeenCalledWith({ user_id: 'u' });
  });

  it('hears again after its connection was cut, and meanwhile what its own process says', async () => {
    const [here, there] = [connect(), connect()];
    await connected(here, there);
    const own = vi.fn();
    here.follow('user.approved', own);
    const admin = new pg.Client({ connectionString: database.url });
    await admin.connect();
    const { rowCount } = await admin.query(
      `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'carrel events' and datname = current_database()`,
    );
    expect(rowCount).toBeGreaterThanOrEqual(2);
    await admin.end();
    here.publish('user.approved', { user_id: 'alone' });
    expect(own).toHaveBeenCalledWith({ user_id: 'alone' });
    await connected(here, there);
  });

  it('is of this process alone where the database cannot be reached, and is closed at once', async () => {
    const { events, close } = createPostgresEvents({
      url: 'postgres://nobody@127.0.0.1:1/none',
      secretKey: Buffer.alloc(32),
      logger: silent,
    });
    const handler = vi.fn();
    events.follow('user.approved', handler);
    events.publish('user.approved', { user_id: 'u' });
    expect(handler).toHaveBeenCalledWith({ user_id: 'u' });
    await close();
  });
});

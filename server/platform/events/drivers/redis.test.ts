import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { startRedis } from '../../../../test/servers.ts';
import { connectRedis, type RedisConnection } from '../../redis/connection.ts';
import { eventBusContract } from '../contract.ts';
import { createRedisEvents } from './redis.ts';

const logger = pino({ level: 'silent' });
const redis = await startRedis();

describe.runIf(redis)('events over Redis', () => {
  const opened: RedisConnection[] = [];
  const connect = async (key = 1): Promise<RedisConnection> => {
    const connection = await connectRedis({ url: redis?.url ?? '', secretKey: Buffer.alloc(32, key), logger });
    opened.push(connection);
    return connection;
  };
  let connection: RedisConnection;
  beforeAll(async () => {
    connection = await connect();
  });
  afterAll(async () => {
    for (const each of opened) each.close();
    await redis?.stop();
  });

  eventBusContract('redis', (options) => createRedisEvents({ redis: connection, ...options }));

  it('brings what one process publishes to who follows in another, in order, and to each once', async () => {
    const [here, there] = [await connect(), await connect()].map((each) => createRedisEvents({ redis: each, logger }));
    const [own, others] = [vi.fn(), vi.fn()];
    here?.follow('user.approved', own);
    there?.follow('user.approved', others);
    const events = Array.from({ length: 200 }, (_, n) => ({ user_id: `u${n}` }));
    // Until the subscription stands.
    await vi.waitFor(() => {
      here?.publish('user.approved', { user_id: 'first' });
      expect(others).toHaveBeenCalled();
    });
    for (const event of events) here?.publish('user.approved', event);
    await vi.waitFor(() => expect(others).toHaveBeenLastCalledWith(events.at(-1)));
    const seen = (handler: typeof own) =>
      handler.mock.calls.map(([event]) => event).filter((e) => e.user_id !== 'first');
    expect([seen(own), seen(others)]).toEqual([events, events]);
  });

  it('leaves what is done once to the process that published it, and tells no other instance', async () => {
    const [here, there] = [await connect(), await connect()].map((each) => createRedisEvents({ redis: each, logger }));
    const stranger = createRedisEvents({ redis: await connect(2), logger });
    const [once, followed, strange] = [vi.fn(), vi.fn(), vi.fn()];
    there?.subscribe('user.approved', once);
    there?.follow('user.approved', followed);
    here?.follow('user.approved', () => undefined);
    stranger.follow('user.approved', strange);
    await vi.waitFor(() => {
      here?.publish('user.approved', { user_id: 'u' });
      expect(followed).toHaveBeenCalled();
    });
    expect([once.mock.calls, strange.mock.calls]).toEqual([[], []]);
  });

  it('hears again when Redis is back, and meanwhile what its own process says', async () => {
    const [here, there] = [await connect(), await connect()].map((each) => createRedisEvents({ redis: each, logger }));
    const [own, others] = [vi.fn(), vi.fn()];
    here?.follow('user.approved', own);
    there?.follow('user.approved', others);
    await redis?.stop();
    here?.publish('user.approved', { user_id: 'alone' });
    expect(own).toHaveBeenCalledWith({ user_id: 'alone' });
    await redis?.start();
    await vi.waitFor(() => {
      here?.publish('user.approved', { user_id: 'together' });
      expect(others).toHaveBeenCalledWith({ user_id: 'together' });
    }, 20_000);
    expect(others).not.toHaveBeenCalledWith({ user_id: 'alone' });
  });
});

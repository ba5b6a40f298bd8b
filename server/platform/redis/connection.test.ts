import { pino } from 'pino';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { startRedis } from '../../../test/servers.ts';
import { connectRedis, type RedisConnection } from './connection.ts';

const password = 'not-to-be-read';
const redis = await startRedis({ password });

describe.runIf(redis)('the connection to Redis', () => {
  const url = redis?.url ?? '';
  const opened: RedisConnection[] = [];
  let log = '';
  const logger = pino({ level: 'debug' }, { write: (line) => void (log += line) });
  const connect = async (to = url): Promise<RedisConnection> => {
    const connection = await connectRedis({ url: to, secretKey: Buffer.alloc(32), logger, watchMs: 100 });
    opened.push(connection);
    return connection;
  };
  afterEach(() => {
    for (const each of opened.splice(0)) each.close();
    log = '';
  });
  afterAll(() => redis?.stop());
  const set = (connection: RedisConnection, value: string) =>
    connection.run((client) => client.set('key', value)).then(String, () => 'refused');
  const back = (connection: RedisConnection) =>
    vi.waitFor(async () => expect(await set(connection, 'again')).toBe('OK'), 20_000);

  it('refuses what is asked while Redis is away, and works when it is back', async () => {
    const connection = await connect();
    expect([await set(connection, 'a'), connection.isUp]).toEqual(['OK', true]);
    await redis?.stop();
    await vi.waitFor(() => expect(connection.isUp).toBe(false));
    expect(await Promise.all(Array.from({ length: 100 }, (_, n) => set(connection, `${n}`)))).toEqual(
      Array.from({ length: 100 }, () => 'refused'),
    );
    await redis?.start();
    await back(connection);
    // Nothing of what was refused is done later.
    expect(await connection.run((client) => client.get('key'))).toBe('again');
    expect(log.match(/does not answer/g)).toHaveLength(1);
    await vi.waitFor(() => expect(log).toContain('answers again'));
    expect(log).not.toContain(password);
  });

  it('gives up a Redis that hangs, refuses at once from then on, and goes on with it afterwards', async () => {
    const connection = await connect();
    await set(connection, 'a');
    redis?.pause();
    try {
      expect(await set(connection, 'b')).toBe('refused');
      await vi.waitFor(() => expect(connection.isUp).toBe(false));
      // None of these waits for an answer: so many would be far over the time of a test.
      for (let n = 0; n < 200; n += 1) expect(await set(connection, 'c')).toBe('refused');
      await expect(connection.ping()).rejects.toThrow();
    } finally {
      redis?.resume();
    }
    await back(connection);
  });

  it('starts without Redis, and finds it later', async () => {
    await redis?.stop();
    const connection = await connect();
    expect([connection.isUp, await set(connection, 'a')]).toEqual([false, 'refused']);
    await redis?.start();
    await back(connection);
  });

  it('says that a password is wrong, and not which', async () => {
    const wrong = await connect(url.replace(password, 'a-wrong-one'));
    expect(wrong.isUp).toBe(false);
    expect(log).toMatch(/WRONGPASS|invalid username-password/);
    expect(log).not.toContain('a-wrong-one');
  });
});

import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { textOf, type Client } from '../client.ts';
import { createTestDatabase, type TestDatabase } from '../databases.ts';
import { listen } from '../live.ts';
import { startRedis } from '../servers.ts';
import { createPair, type Pair } from './pair.ts';

const redis = await startRedis();
const PER_MINUTE = 40;

describe.runIf(redis)('a Redis that fails', () => {
  let database: TestDatabase;
  let pair: Pair;
  let anna: Client;
  beforeAll(async () => {
    database = await createTestDatabase('sqlite');
    pair = await createPair({
      DATABASE_URL: database.url,
      REDIS_URL: redis?.url ?? '',
      RATE_LIMIT_ENABLED: 'true',
      RATE_LIMIT_AUTH: '1000',
      RATE_LIMIT_PER_MINUTE: String(PER_MINUTE),
      RATE_LIMIT_CHAT: '1000',
    });
    anna = await pair.here.person('anna');
  });
  afterAll(async () => {
    await pair.close();
    await database.close();
    await redis?.stop();
  });

  const isHealthy = (status: 'ok' | 'down') =>
    vi.waitFor(async () => {
      const { body } = await pair.here.stranger().get('/health');
      expect(body.components.redis.status).toBe(status);
      expect(body.status === 'ok').toBe(status === 'ok' && body.components.providers.status === 'ok');
    }, 30_000);
  const chats = async (): Promise<void> => {
    pair.llm.script({ text: ['It ', 'works.'] });
    for (const app of [pair.here, pair.there])
      expect(textOf(await pair.at(app, anna).chat({ content: 'Hello' }))).toBe('It works.');
  };
  /** How many of many calls of somebody new are let through at one instance. */
  const letThrough = async (name: string): Promise<number> => {
    const person = await pair.here.person(name);
    const answers = await Promise.all(Array.from({ length: 3 * PER_MINUTE }, () => person.get('/api/conversations')));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200, 429]));
    return answers.filter(({ status }) => status === 200).length;
  };

  it('is gone, and back: people chat, stay signed in and are limited; then events cross again', async () => {
    await isHealthy('ok');
    await redis?.stop();
    await isHealthy('down');
    await chats();
    expect((await anna.get('/api/users/me')).status).toBe(200);
    expect(await letThrough('away')).toBeLessThan(2 * PER_MINUTE);
    await redis?.start();
    await isHealthy('ok');
    const socket = await listen(pair.at(pair.there, anna));
    const { body } = await anna.post('/api/conversations', {});
    await socket.heard('conversation.updated', { conversation_id: body.id });
    socket.close();
  });

  it('forgets everything: limits stay on, and people signed in', async () => {
    const before = await letThrough('forgotten');
    expect(before).toBeLessThan(2 * PER_MINUTE);
    const ben = pair.here.stranger();
    ben.signedIn(
      (await ben.post('/api/auth/login', { login: 'forgotten@example.org', password: 'correct horse battery staple' }))
        .body,
    );
    await redis?.flush();
    const after = await Promise.all(Array.from({ length: PER_MINUTE }, () => ben.get('/api/conversations')));
    expect(after.filter(({ status }) => status === 200).length).toBeLessThan(PER_MINUTE / 2);
    await chats();
  });

  it('hangs: nothing waits for it', async () => {
    redis?.pause();
    try {
      await isHealthy('down');
      await chats();
      expect((await anna.get('/api/users/me')).status).toBe(200);
      expect(await letThrough('hanging')).toBeLessThan(2 * PER_MINUTE);
    } finally {
      redis?.resume();
    }
    await isHealthy('ok');
    await chats();
  });

  it('is not there at the start: the instance begins without it', async () => {
    await redis?.stop();
    const alone = await createPair({ REDIS_URL: redis?.url ?? '' });
    try {
      const ben = await alone.here.person('ben');
      expect((await ben.get('/api/users/me')).status).toBe(200);
      expect((await ben.get('/health')).body.components.redis.status).toBe('down');
    } finally {
      await alone.close();
      await redis?.start();
    }
  });
});

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestApp, goodPassword } from '../../../test/app.ts';
import { Client, readEvents, textOf, type SeenEvent } from '../../../test/client.ts';
import { createFakeLlm, type FakeLlm } from '../../../test/fake-llm/server.ts';
import { createTestDatabase, isAvailable } from '../../../test/databases.ts';
import { startProcess } from '../../../test/process.ts';
import { startRedis } from '../../../test/servers.ts';

const STREAMS = 50;
const ROUNDS = 3;
/** In pieces: what comes before a crash, of every answer, and how much of it may be lost: several times what comes between two flushes of the log. */
const SEEN = 150;
const LOST_AT_MOST = 100;

let llm: FakeLlm;
let dataDir: string;

beforeAll(async () => {
  llm = await createFakeLlm();
  dataDir = await mkdtemp(join(tmpdir(), 'carrel-crash-'));
});
afterAll(async () => {
  await llm.close();
  await rm(dataDir, { recursive: true, force: true });
});

const answer = Array.from({ length: 2_000 }, (_, at) => `w${at} `);
const whole = answer.join('');

/** Asks that many questions at once, and kills the server when each answer is well under way. */
async function crashUnderStreams(env: Record<string, string>, cookies: Client['cookies']): Promise<SeenEvent[][]> {
  const carrel = await startProcess(env);
  const client = new Client(carrel.url);
  if (cookies.size === 0) {
    client.cookies = cookies;
    client.signedIn((await client.post('/api/auth/setup', { email: 'a@example.org', password: goodPassword })).body);
  } else {
    client.cookies = cookies;
    client.csrfToken = (await client.get('/api/auth/session')).body.csrf_token as string;
  }
  const seen: SeenEvent[][] = Array.from({ length: STREAMS }, () => []);
  const enough = Promise.withResolvers<void>();
  const reading = seen.map(async (events, at) => {
    const response = await client.openStream('POST', '/api/chat/stream', { content: `question ${at}` });
    for await (const event of readEvents(response)) {
      events.push(event);
      if (seen.every(({ length }) => length > SEEN)) enough.resolve();
    }
  });
  const broken = Promise.allSettled(reading);
  await enough.promise;
  await carrel.kill();
  await broken;
  return seen;
}

const redis = await startRedis();
afterAll(() => redis?.stop());

describe('crash after crash', () => {
  const cases = [
    { engine: 'sqlite', url: '', name: 'SQLite' },
    { engine: 'postgres', url: redis?.url ?? '', name: 'PostgreSQL, with Redis' },
  ] as const;
  it.for(cases.filter(({ engine }) => isAvailable(engine)))(
    `under ${STREAMS} streams loses no message and at most a second of text, and says interrupted ($name)`,
    async ({ engine, url }) => {
      const database = await createTestDatabase(engine, { empty: true });
      const env = {
        DATA_DIR: await mkdtemp(join(dataDir, 'rounds-')),
        DATABASE_URL: database.url,
        REDIS_URL: url,
        OPENAI_BASE_URL: `${llm.url}/v1`,
        OPENAI_API_KEY: 'sk-test',
      };
      llm.script({ text: answer, delayMs: 15 });
      const cookies: Client['cookies'] = new Map();
      const all: SeenEvent[][] = [];
      for (let round = 0; round < ROUNDS; round += 1) all.push(...(await crashUnderStreams(env, cookies)));

      const last = await startProcess(env);
      const after = new Client(last.url);
      after.cookies = cookies;
      const conversations = new Set<string>();
      for (const events of all) {
        const [meta] = events;
        if (meta?.event !== 'meta') throw new Error('no meta');
        conversations.add(meta.data.conversation_id ?? '');
        const path = `/api/chat/generations/${meta.data.generation_id}/stream`;
        // Waits for the end of the log: it comes once the writer has been found dead.
        const replay = await (await after.openStream('GET', path)).text();
        const messages = (await after.get(`/api/conversations/${meta.data.conversation_id}/messages`)).body.items;
        expect(messages).toHaveLength(2);
        expect(messages[1]).toMatchObject({ status: 'interrupted', error: { code: 'GENERATION_INTERRUPTED' } });
        expect(replay.match(/event: interrupted/g)).toHaveLength(1);
        const kept = messages[1].content as string;
        expect(whole.startsWith(kept)).toBe(true);
        expect(textOf(events).split(' ').length - kept.split(' ').length).toBeLessThan(LOST_AT_MOST);
      }
      // None is there twice, and none that nobody was told of.
      const listed = (await after.get('/api/conversations?limit=100')).body.items as { id: string }[];
      const more = (await after.get(`/api/conversations?limit=100&archived=false`)).body.next_cursor as string | null;
      const rest =
        more === null
          ? []
          : ((await after.get(`/api/conversations?limit=100&cursor=${more}`)).body.items as { id: string }[]);
      expect(new Set([...listed, ...rest].map(({ id }) => id))).toEqual(conversations);
      expect(await last.stop()).toBe(0);
      await database.close();
    },
  );
});

describe('a crash', () => {
  it(`is not what SIGTERM is: ${STREAMS} streams are written to their end, and the process ends well`, async () => {
    const text = answer.slice(0, 100);
    const goOn = Promise.withResolvers<void>();
    llm.script({ text, hold: { after: 10, until: goOn.promise } });
    const env = { DATA_DIR: join(dataDir, 'drained'), OPENAI_BASE_URL: `${llm.url}/v1`, OPENAI_API_KEY: 'sk-test' };
    const carrel = await startProcess(env);
    const client = new Client(carrel.url);
    client.signedIn((await client.post('/api/auth/setup', { email: 'a@example.org', password: goodPassword })).body);
    const all = Promise.withResolvers<void>();
    let begun = 0;
    const streams = Array.from({ length: STREAMS }, async (_, at) => {
      const events: SeenEvent[] = [];
      const response = await client.openStream('POST', '/api/chat/stream', { content: `question ${at}` });
      for await (const event of readEvents(response)) {
        if (events.push(event) === 2 && (begun += 1) === STREAMS) all.resolve();
      }
      return events;
    });
    await all.promise;
    const ended = carrel.stop();
    goOn.resolve();
    for (const events of await Promise.all(streams))
      expect([textOf(events), events.at(-1)?.event]).toEqual([text.join(''), 'done']);
    expect(await ended).toBe(0);
  });

  it('is not what an orderly end is: what runs past its time ends as interrupted, with all of its text', async () => {
    llm.script({ text: answer, delayMs: 5 });
    const env = { OPENAI_BASE_URL: `${llm.url}/v1`, OPENAI_API_KEY: 'sk-test' };
    const app = await createTestApp({ env, overrides: { drainMs: 200 }, dataDir: join(dataDir, 'orderly') });
    const client = await app.person();
    const events: SeenEvent[] = [];
    const response = await client.openStream('POST', '/api/chat/stream', { content: 'last words' });
    for await (const event of readEvents(response)) {
      events.push(event);
      if (events.length === 20) void app.close();
    }
    expect(events.at(-1)?.event).toBe('interrupted');
    const again = await createTestApp({ env, dataDir: join(dataDir, 'orderly') });
    client.url = again.url;
    client.signedIn(
      (await client.post('/api/auth/login', { login: 'person1@example.org', password: goodPassword })).body,
    );
    const [meta] = events;
    const { conversation_id } = meta?.event === 'meta' ? meta.data : {};
    const messages = (await client.get(`/api/conversations/${conversation_id}/messages`)).body.items;
    expect(messages[1]).toMatchObject({ status: 'interrupted', content: textOf(events) });
    await again.close();
  });
});

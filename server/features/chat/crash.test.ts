import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestApp, goodPassword } from '../../../test/app.ts';
import { Client, readEvents, textOf, type SeenEvent } from '../../../test/client.ts';
import { createFakeLlm, type FakeLlm } from '../../../test/fake-llm/server.ts';
import { startProcess } from '../../../test/process.ts';

const STREAMS = 50;
/** Longer than the pause between two flushes of the log, in pieces. */
const LOST_AT_MOST = 60;

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

describe('a crash', () => {
  it(`under ${STREAMS} streams loses no message and at most a second of text, and says interrupted`, async () => {
    const env = { DATA_DIR: dataDir, OPENAI_BASE_URL: `${llm.url}/v1`, OPENAI_API_KEY: 'sk-test' };
    llm.script({ text: answer, delayMs: 15 });
    const first = await startProcess(env);
    const before = new Client(first.url);
    before.signedIn((await before.post('/api/auth/setup', { email: 'a@example.org', password: goodPassword })).body);

    const seen: SeenEvent[][] = Array.from({ length: STREAMS }, () => []);
    const enough = Promise.withResolvers<void>();
    const reading = seen.map(async (events, at) => {
      const response = await before.openStream('POST', '/api/chat/stream', { content: `question ${at}` });
      for await (const event of readEvents(response)) {
        events.push(event);
        if (seen.every(({ length }) => length > 40)) enough.resolve();
      }
    });
    const broken = Promise.allSettled(reading);
    await enough.promise;
    await first.kill();
    await broken;

    const second = await startProcess(env);
    const after = new Client(second.url);
    after.cookies = before.cookies;
    for (const events of seen) {
      const [meta] = events;
      if (meta?.event !== 'meta') throw new Error('no meta');
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
    expect(await second.stop()).toBe(0);
  });

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

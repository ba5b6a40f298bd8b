import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { goodPassword } from '../app.ts';
import { readEvents, textOf, type Client, type SeenEvent } from '../client.ts';
import { describeEachDatabase } from '../databases.ts';
import { listen } from '../live.ts';
import { startRedis } from '../servers.ts';
import { createPair, type Pair } from './pair.ts';

const redis = await startRedis();
afterAll(() => redis?.stop());

/** What a person at one instance sees of what happens at the other. Without Redis, PostgreSQL tells it; elsewhere they find it in the database. */
for (const [how, url] of [
  ['with Redis', redis?.url],
  ['without Redis', ''],
] as const) {
  if (url === undefined) continue;
  describeEachDatabase(`two instances ${how}`, (database, engine) => {
    let pair: Pair;
    let anna: Client;
    let annaThere: Client;

    beforeAll(async () => {
      pair = await createPair({ DATABASE_URL: database().url, REDIS_URL: url });
      anna = await pair.here.person('anna');
      annaThere = pair.at(pair.there, anna);
    });
    afterAll(() => pair.close());

    it('an answer that one writes is read from the other while it is written, byte for byte', async () => {
      const goOn = Promise.withResolvers<void>();
      const text = Array.from({ length: 300 }, (_, n) => `wörd ${n} ✓ `);
      pair.llm.script({ text, hold: { after: 150, until: goOn.promise } });
      const written = await anna.openStream('POST', '/api/chat/stream', { content: 'Go.' });
      const events = readEvents(written);
      const meta = (await events.next()).value as SeenEvent;
      if (meta.event !== 'meta') throw new Error('no meta');
      const path = `/api/chat/generations/${meta.data.generation_id}/stream`;
      const readers = [0, 1, 57].map((after) =>
        annaThere.openStream('GET', path, undefined, { headers: { 'last-event-id': String(after) } }),
      );
      // All that was written so far is seen there before it goes on here.
      const soFar: SeenEvent[] = [];
      for await (const event of readEvents((await readers[0])?.clone() as Response)) {
        soFar.push(event);
        if (textOf(soFar) === text.slice(0, 150).join('')) break;
      }
      goOn.resolve();
      const here: SeenEvent[] = [meta];
      for await (const event of events) here.push(event);
      const replays = await Promise.all(readers.map(async (reader) => (await reader).text()));
      const whole = await (await anna.openStream('GET', path)).text();
      const frames = whole.split(/(?<=\n\n)/);
      expect(frames.map((frame) => Number(/^id: (\d+)/.exec(frame)?.[1]))).toEqual(frames.map((_, n) => n + 1));
      expect(replays).toEqual([0, 1, 57].map((after) => frames.slice(after).join('')));
      expect(textOf(here)).toBe(text.join(''));
    });

    it('two tabs that send at once get their answer each, or are told to wait; nothing is lost or there twice', async () => {
      pair.llm.script({});
      const { body: conversation } = await anna.post('/api/conversations', {});
      const questions = Array.from({ length: 8 }, (_, n) => `Question ${n}`);
      const replies = await Promise.all(
        questions.map((content, n) =>
          (n % 2 ? anna : annaThere).post('/api/chat/message', { content, conversation_id: conversation.id }),
        ),
      );
      const taken = questions.filter((_, n) => replies[n]?.status === 200);
      expect(taken.length).toBeGreaterThan(0);
      // Under an answer that is still being written there is no place; the message is with who sent it.
      for (const { status, body } of replies)
        if (status !== 200) expect([status, body.code]).toEqual([409, 'CONFLICT']);
      const { items } = (await anna.get(`/api/conversations/${conversation.id}/messages`)).body;
      type Kept = { id: string; parent_id: string | null; role: string; content: string; status: string };
      const kept = items as Kept[];
      const asked = kept.filter(({ role }) => role === 'user');
      expect(asked.map(({ content }) => content).toSorted()).toEqual(taken.toSorted());
      for (const { id, content } of asked)
        expect(kept.filter(({ parent_id, role }) => parent_id === id && role === 'assistant')).toMatchObject([
          { content: `You said: ${content}`, status: 'complete' },
        ]);
      expect(kept).toHaveLength(2 * taken.length);
    });

    it('is stopped from the other, with what was written', async () => {
      pair.llm.script({ text: Array.from({ length: 500 }, (_, n) => `w${n} `), delayMs: 20 });
      const response = await anna.openStream('POST', '/api/chat/stream', { content: 'Go on and on.' });
      const seen: SeenEvent[] = [];
      for await (const event of readEvents(response)) {
        seen.push(event);
        if (seen.length !== 10 || seen[0]?.event !== 'meta') continue;
        const { status } = await annaThere.delete(`/api/chat/generations/${seen[0].data.generation_id}`);
        expect(status).toBeLessThan(300);
      }
      expect(seen.at(-1)?.event).toBe('stopped');
      expect(textOf(seen).split(' ').length).toBeLessThan(400);
    });

    it('a session that ends at one ends its sockets and streams at the other', async () => {
      const person = pair.here.stranger();
      const login = { login: 'anna@example.org', password: goodPassword };
      person.signedIn((await person.post('/api/auth/login', login)).body);
      const personThere = pair.at(pair.there, person);
      const socket = await listen(personThere);
      const { body } = await personThere.post('/api/auth/api-keys', { name: 'x', scopes: ['chat'] });
      const byKey = { headers: { 'x-api-key': String(body.key) } };
      const stranger = pair.here.stranger();
      expect((await stranger.get('/api/conversations', byKey)).status).toBe(200);
      expect((await personThere.delete(`/api/auth/api-keys/${body.id}`)).status).toBe(204);
      await vi.waitFor(async () => expect((await stranger.get('/api/conversations', byKey)).status).toBe(401), 10_000);
      await person.post('/api/auth/logout');
      await socket.closed;
      expect((await personThere.get('/api/users/me')).status).toBe(401);
    });

    describe.runIf(url !== '' || engine === 'postgres')('hearing each other', () => {
      it('brings what happens to what is somebody’s to their devices at both, and to nobody else', async () => {
        const ben = await pair.there.person('ben');
        const [mine, bens] = [await listen(annaThere), await listen(ben)];
        const { body } = await anna.post('/api/conversations', { title: 'Here' });
        await mine.heard('conversation.updated', { conversation_id: body.id, deleted: false });
        pair.llm.script({ text: 'Short.' });
        await anna.chat({ content: 'Hello', conversation_id: body.id });
        await mine.heard('generation.updated', { conversation_id: body.id, status: 'done' });
        const file = await anna.uploadAndWait('note.txt', 'The key is under the mat.');
        await mine.heard('document.updated', { file_id: file.id, status: 'ready' });
        await anna.delete(`/api/conversations/${body.id}`);
        await mine.heard('conversation.updated', { conversation_id: body.id, deleted: true });
        const names = (name: string): unknown[] => bens.named(name);
        expect([
          ...names('conversation.updated'),
          ...names('generation.updated'),
          ...names('document.updated'),
        ]).toEqual([]);
        mine.close();
        bens.close();
      });

      it('knows who is here, at either, each once, and which models are used', async () => {
        const [carl, dora] = [await pair.here.person('carl'), await pair.here.person('dora')];
        const watching = await listen(annaThere);
        const own = await listen(anna);
        const first = await listen(carl);
        await watching.heard('presence', { user_id: carl.id, online: true });
        const second = await listen(pair.at(pair.there, carl));
        const third = await listen(pair.at(pair.there, dora));
        await own.heard('presence', { user_id: dora.id, online: true });
        const expected = new Set([anna.id, carl.id, dora.id]).size;
        await vi.waitFor(() => {
          expect(watching.named('user-count').at(-1)).toEqual({ count: expected });
          expect(own.named('user-count').at(-1)).toEqual({ count: expected });
        }, 20_000);
        expect(watching.named('presence').filter(({ user_id }) => user_id === carl.id)).toHaveLength(1);
        const model = 'librarian/librarian';
        first.socket.emit('usage', { model });
        await watching.heard('usage', { models: [model] });
        first.close();
        await watching.heard('usage', { models: [] });
        // Still there, at the other one.
        expect(watching.named('presence')).not.toContainEqual({ user_id: carl.id, online: false });
        second.close();
        await own.heard('presence', { user_id: carl.id, online: false });
        await watching.heard('presence', { user_id: carl.id, online: false });
        for (const each of [watching, own, third]) each.close();
      });
    });
  });
}

describe.runIf(redis)('limits of two instances with Redis', () => {
  let pair: Pair;
  beforeAll(async () => {
    pair = await createPair({
      REDIS_URL: redis?.url ?? '',
      RATE_LIMIT_ENABLED: 'true',
      RATE_LIMIT_PER_MINUTE: '30',
      RATE_LIMIT_AUTH: '1000',
    });
  });
  afterAll(() => pair.close());

  it('are one: half of the calls here, half there', async () => {
    const anna = await pair.here.person('anna');
    const annaThere = pair.at(pair.there, anna);
    const answers = await Promise.all(
      Array.from({ length: 60 }, (_, n) => (n % 2 ? anna : annaThere).get('/api/conversations')),
    );
    const passed = answers.filter((answer) => answer.status === 200).length;
    // A call every two seconds comes back while they are made.
    expect(passed).toBeGreaterThanOrEqual(30);
    expect(passed).toBeLessThan(40);
    expect(answers.filter((answer) => answer.status === 429)).toHaveLength(60 - passed);
  });

  it('make who guesses a password wait at both', async () => {
    const guess = { login: 'anna@example.org', password: 'not the right one' };
    const codes: string[] = [];
    for (let n = 0; n < 8; n += 1) {
      const app = n % 2 === 0 ? pair.here : pair.there;
      codes.push((await app.stranger().post('/api/auth/login', guess)).body.code as string);
    }
    expect(codes.filter((code) => code === 'INVALID_CREDENTIALS')).toHaveLength(5);
    expect(codes.slice(5)).toEqual(['ACCOUNT_LOCKED', 'ACCOUNT_LOCKED', 'ACCOUNT_LOCKED']);
  });
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestApp, goodPassword, type TestApp } from '../../test/app.ts';
import { readAll, readEvents, textOf, type Client, type SeenEvent } from '../../test/client.ts';
import { describeEachDatabase } from '../../test/databases.ts';
import { createFakeLlm, type FakeLlm } from '../../test/fake-llm/server.ts';
import { systemClock } from '../lib/clock.ts';

const pieces = ['The ', 'answer ', 'goes ', 'on.'];

describeEachDatabase('a stream', (database) => {
  let llm: FakeLlm;
  let app: TestApp;
  let later = 0;
  beforeAll(async () => {
    llm = await createFakeLlm();
    app = await createTestApp({
      env: {
        DATABASE_URL: database().url,
        OPENAI_BASE_URL: `${llm.url}/v1`,
        OPENAI_API_KEY: 'sk-test',
        DEFAULT_AI_PROVIDER: 'openai',
      },
      overrides: { now: () => systemClock() + later },
    });
    await app.person('admin');
  });
  afterAll(async () => {
    await app.close();
    await llm.close();
  });

  const again = async (client: Client): Promise<Client> => {
    const fresh = app.stranger();
    const { body } = await fresh.post('/api/auth/login', { login: client.user?.email, password: goodPassword });
    return fresh.signedIn(body);
  };

  /** An answer that stands still after its first words; `open` follows it with any credential. */
  async function standing(person: Client) {
    const { promise: until, resolve: release } = Promise.withResolvers<void>();
    llm.script({ text: pieces, hold: { after: 2, until } });
    const response = await person.openStream('POST', '/api/chat/stream', { content: 'Go on' });
    const seen: SeenEvent[] = [];
    const events = readEvents(response);
    while (textOf(seen) !== 'The answer ') {
      const { value, done } = await events.next();
      if (done) throw new Error('it ended too early');
      seen.push(value);
    }
    const [first] = seen;
    const id = first?.event === 'meta' ? first.data.generation_id : '';
    const path = `/api/chat/generations/${id}/stream`;
    /** What comes until the stream ends. */
    const rest = async (): Promise<SeenEvent[]> => {
      const more: SeenEvent[] = [];
      for await (const event of events) more.push(event);
      return more;
    };
    /** The whole of it, from the beginning, once the model may go on. */
    const whole = async (reader: Client): Promise<SeenEvent[]> => {
      release();
      return readAll(await reader.openStream('GET', path));
    };
    return { rest, whole, path };
  }

  describe.each<[string, (person: Client) => Promise<void>]>([
    ['its session signs out', async (person) => void (await person.post('/api/auth/logout'))],
    [
      'its session is ended from another device',
      async (person) => {
        const other = await again(person);
        const { body: devices } = await other.get<{ items: { id: string; current: boolean }[] }>('/api/auth/sessions');
        const id = devices.items.find(({ current }) => !current)?.id ?? '';
        await other.delete(`/api/auth/sessions/${id}`);
      },
    ],
    [
      'a used refresh token comes back',
      async (person) => {
        const stolen = new Map(person.cookies);
        await person.post('/api/auth/refresh');
        later += 10_001;
        person.cookies = stolen;
        const { body } = await person.post('/api/auth/refresh');
        if (body.code !== 'TOKEN_REVOKED') throw new Error(`not taken for a replay: ${body.code}`);
      },
    ],
    [
      'its session ends in another process',
      async (person) => void (await database().db.deleteFrom('sessions').where('user_id', '=', person.id).execute()),
    ],
  ])('when %s', (_name, revoke) => {
    it('ends, and the generation goes on', async () => {
      const person = await app.person();
      const { rest, whole, path } = await standing(person);
      await revoke(person);
      expect(await rest()).toEqual([]);
      expect((await person.get(path)).status).toBe(401);
      const events = await whole(await again(person));
      expect([textOf(events), events.at(-1)?.event]).toEqual([pieces.join(''), 'done']);
    });
  });

  it('of somebody who is switched off ends, whatever opened it', async () => {
    const person = await app.person();
    const { body: key } = await person.post('/api/auth/api-keys', { name: 'reader', scopes: ['chat'] });
    const { rest, whole, path } = await standing(person);
    const others = await Promise.all(
      [
        { authorization: `Bearer ${String(person.accessToken)}` },
        { authorization: `Bearer ${String(key.key)}` },
        { 'x-api-key': String(key.key) },
      ].map((headers: Record<string, string>) => app.stranger().openStream('GET', path, undefined, { headers })),
    );
    const set = (is_active: 0 | 1) =>
      database().db.updateTable('users').set({ is_active }).where('id', '=', person.id).execute();
    await set(0);
    expect(await rest()).toEqual([]);
    for (const other of others) expect((await readAll(other)).map(({ event }) => event)).not.toContain('done');
    await set(1);
    expect((await whole(person)).at(-1)?.event).toBe('done');
  });

  it('of another session of the same person goes on', async () => {
    const person = await app.person();
    const other = await again(person);
    const { path, whole, rest } = await standing(person);
    const following = readAll(await other.openStream('GET', path));
    await person.post('/api/auth/logout');
    expect(await rest()).toEqual([]);
    expect((await whole(other)).at(-1)?.event).toBe('done');
    expect((await following).at(-1)?.event).toBe('done');
  });
});

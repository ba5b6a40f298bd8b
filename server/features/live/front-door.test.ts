import { request } from 'node:http';
import { io, type Socket } from 'socket.io-client';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { createTestApp, type TestApp } from '../../../test/app.ts';
import type { Client, Json } from '../../../test/client.ts';
import { livePath } from '../../../shared/live-path.ts';

type Seen = { name: string; data: Json };
type Options = { transports?: ('polling' | 'websocket')[]; headers?: Record<string, string>; token?: unknown };

describe('live events', () => {
  let app: TestApp;
  let anna: Client;
  let ben: Client;
  const open: Socket[] = [];

  beforeAll(async () => {
    app = await createTestApp({ env: { SIGNUP_MODE: 'open' } });
    anna = await app.person('anna');
    ben = await app.person('ben');
  });
  afterEach(() => {
    for (const socket of open.splice(0)) socket.disconnect();
  });
  afterAll(() => app.close());

  const cookieOf = (who: Client): string => [...who.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  const ownOrigin = (): { origin: string } => ({ origin: app.url });

  /** A socket with everything it hears. */
  function socket({ transports = ['websocket'], headers = {}, token }: Options = {}) {
    const client = io(app.url, {
      path: livePath,
      transports,
      forceNew: true,
      reconnection: false,
      extraHeaders: headers,
      ...(token !== undefined && { auth: { token } }),
    });
    open.push(client);
    const seen: Seen[] = [];
    client.onAny((name: string, data: unknown) => seen.push({ name, data }));
    const connected = new Promise<string>((resolve) => {
      client.on('connect', () => resolve('connected'));
      client.on('connect_error', (error) => {
        const { data, context, description } = error as unknown as { data?: Json; context?: Json; description?: Json };
        resolve(data?.code ?? context?.status ?? description?.message ?? error.message);
      });
    });
    const closed = new Promise<void>((resolve) => client.on('disconnect', () => resolve()));
    const named = (name: string): Json[] => seen.filter((one) => one.name === name).map(({ data }) => data);
    const heard = (name: string, count = 1) =>
      vi.waitFor(() => expect(named(name).length).toBeGreaterThanOrEqual(count), 5_000);
    return { client, seen, connected, closed, named, heard };
  }
  const of = (who: Client, options: Options = {}) =>
    socket({ ...options, headers: { cookie: cookieOf(who), ...ownOrigin(), ...options.headers } });

  describe('who may listen', () => {
    it.each(['websocket', 'polling'] as const)('a session’s cookie from our own page, over %s', async (transport) => {
      const one = of(anna, { transports: [transport] });
      expect(await one.connected).toBe('connected');
      await one.heard('user-count');
    });

    it('an access token or a key, as `auth.token` or as a header', async () => {
      const { body: key } = await anna.post('/api/auth/api-keys', { name: 'reader', scopes: ['chat'] });
      for (const options of [
        { token: anna.accessToken },
        { token: key.key },
        { headers: { authorization: `Bearer ${String(anna.accessToken)}` } },
        { headers: { 'x-api-key': String(key.key), origin: 'https://evil.example' } },
      ] as Options[]) {
        const one = socket(options);
        expect(await one.connected).toBe('connected');
        await one.heard('user-count');
      }
    });

    it('whoever says it afterwards with `user-join`, and hears nothing before', async () => {
      const one = socket();
      await one.connected;
      await anna.post('/api/conversations', {});
      expect(await one.client.emitWithAck('user-join', { auth: { token: anna.accessToken } })).toEqual({
        user_id: anna.id,
      });
      expect(one.seen.filter(({ name }) => name === 'conversation.updated')).toEqual([]);
      await anna.post('/api/conversations', {});
      await one.heard('conversation.updated');
      expect(one.seen[0]?.name).toBe('user-count');
    });

    it.each<[string, Record<string, string>]>([
      ['another site', { origin: 'https://evil.example' }],
      ['a page without an origin', { origin: 'null' }],
      ['a frame of another site', { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' }],
    ])('not a cookie that %s brings', async (_name, headers) => {
      for (const transports of [['websocket'], ['polling']] as const) {
        const one = of(anna, { headers, transports: [...transports] });
        expect(String(await one.connected)).toContain('403');
        expect(one.seen).toEqual([]);
      }
    });

    it('not a token that is not valid, and never the cookie instead of it', async () => {
      expect(await of(anna, { token: 'nonsense' }).connected).toMatch(/^(TOKEN_REVOKED|AUTH_REQUIRED|TOKEN_EXPIRED)$/);
      expect(await of(anna, { token: 'crl_wrong' }).connected).toMatch(
        /^(TOKEN_REVOKED|AUTH_REQUIRED|INVALID_CREDENTIALS)$/,
      );
      expect(await of(anna, { token: {} }).connected).toBe('AUTH_REQUIRED');
      expect(String(await of(anna, { headers: { authorization: 'Bearer nonsense' } }).connected)).toContain('401');
    });

    it('not a key without the scope', async () => {
      const { body: key } = await anna.post('/api/auth/api-keys', { name: 'files', scopes: ['files'] });
      expect(await socket({ token: key.key }).connected).toBe('SCOPE_REQUIRED');
    });

    it('not somebody who waits for approval', async () => {
      const carl = await app.person();
      await app.carrel.database.db.updateTable('users').set({ role: 'pending' }).where('id', '=', carl.id).execute();
      expect(await of(carl).connected).toBe('USER_PENDING');
      expect(await socket({ token: carl.accessToken }).connected).toBe('USER_PENDING');
    });

    it('not another protocol at other addresses: such a request is answered as any other', async () => {
      const headers = {
        connection: 'Upgrade',
        upgrade: 'websocket',
        'sec-websocket-version': '13',
        'sec-websocket-key': 'AAAAAAAAAAAAAAAAAAAAAA==',
      };
      expect(await statusOf(`${app.url}/health`, headers)).toBe(200);
      expect(await statusOf(`${app.url}/api/conversations`, headers)).toBe(401);
      expect(await statusOf(`${app.url}/health`, { connection: 'Upgrade', upgrade: 'h2c' })).toBe(200);
    });

    it('not another Host', async () => {
      expect(String(await of(anna, { headers: { host: 'evil.example' } }).connected)).toContain('403');
    });

    it('not a token that is wrong in `user-join`: it is told, and closed', async () => {
      const one = socket();
      await one.connected;
      one.client.emit('user-join', { auth: { token: 'nonsense' } });
      await one.closed;
      expect(one.seen.map(({ name }) => name)).toEqual(['error']);
    });
  });

  describe('what is heard', () => {
    it('one’s own conversations, answers and files, on every device, and nobody else’s', async () => {
      const [first, second, other] = [of(anna), of(anna), of(ben)];
      await Promise.all([first.heard('user-count'), second.heard('user-count'), other.heard('user-count')]);
      const { body } = await anna.post('/api/chat/message', { content: 'What is in my files?' });
      const file = await anna.uploadAndWait('note.txt', 'The key is under the mat.');
      for (const device of [first, second]) {
        await device.heard('generation.updated', 2);
        expect(device.named('generation.updated')).toMatchObject([
          { conversation_id: body.conversation_id, status: 'running' },
          { conversation_id: body.conversation_id, status: 'done' },
        ]);
        await vi.waitFor(() =>
          expect(device.named('document.updated').at(-1)).toMatchObject({ file_id: file.id, status: 'ready' }),
        );
      }
      await anna.delete(`/api/conversations/${body.conversation_id}`);
      await vi.waitFor(() =>
        expect(second.named('conversation.updated').at(-1)).toEqual({
          conversation_id: body.conversation_id,
          deleted: true,
        }),
      );
      const shared = new Set(['user-count', 'presence', 'usage']);
      expect(other.seen.filter(({ name }) => !shared.has(name))).toEqual([]);
    });

    it('that a message was written in other words, or deleted', async () => {
      const { body } = await anna.post('/api/chat/message', { content: 'What is in my files?' });
      const { id, conversation_id } = body.user_message;
      const device = of(anna);
      await device.heard('user-count');
      const heard = () => device.named('conversation.updated');
      await anna.patch(`/api/messages/${id}`, { content: 'What is in my notes?' });
      await vi.waitFor(() => expect(heard()).toEqual([{ conversation_id, deleted: false }]));
      await anna.delete(`/api/messages/${id}`);
      await vi.waitFor(() => expect(heard()).toHaveLength(2));
    });

    it('who comes, and who has gone', async () => {
      const one = of(anna);
      await one.heard('user-count');
      const carl = await app.person();
      const other = of(carl);
      await vi.waitFor(() => expect(one.named('presence')).toContainEqual({ user_id: carl.id, online: true }));
      other.client.disconnect();
      await vi.waitFor(() => expect(one.named('presence')).toContainEqual({ user_id: carl.id, online: false }), 8_000);
    });

    it('models in use, as long as it is said that they are; and no words of anybody’s own', async () => {
      const [one, other] = [of(anna), of(ben)];
      await Promise.all([one.heard('usage'), other.heard('usage')]);
      const { body } = await anna.get('/api/models');
      const model: string = body.items[0].id;
      one.client.emit('usage', { model });
      await vi.waitFor(() => expect(other.named('usage').at(-1)).toEqual({ models: [model] }));
      one.client.emit('usage', { model: 'Buy now at evil.example' });
      await one.heard('error');
      expect(one.named('error')).toMatchObject([{ code: 'MODEL_NOT_FOUND' }]);
      one.client.disconnect();
      await vi.waitFor(() => expect(other.named('usage').at(-1)).toEqual({ models: [] }));
    });
  });

  describe('what is not taken', () => {
    it('events that are malformed, unknown or too large: an error each, and the socket stays', async () => {
      const one = of(anna);
      await one.heard('user-count');
      one.client.emit('usage', { model: 7 });
      one.client.emit('usage');
      one.client.emit('no-such-event', {});
      one.client.emit('usage', { model: 'x'.repeat(5_000) });
      one.client.emit('usage', Buffer.from('bytes'));
      one.client.emit('usage', {}, {}, {});
      await one.heard('error', 6);
      expect(new Set(one.named('error').map(({ code }) => code))).toEqual(new Set(['VALIDATION_FAILED']));
      expect(one.client.connected).toBe(true);
    });

    it('anything but `user-join` before it is known who it is', async () => {
      const one = socket();
      await one.connected;
      one.client.emit('usage', { model: 'librarian/librarian' });
      await one.heard('error');
      expect(one.seen).toMatchObject([{ name: 'error', data: { code: 'AUTH_REQUIRED' } }]);
    });

    it('a flood: it is told, and closed when it goes on; others notice nothing', async () => {
      const [flood, other] = [of(ben), of(anna)];
      await Promise.all([flood.heard('user-count'), other.heard('user-count')]);
      for (let at = 0; at < 300; at += 1) flood.client.emit('usage', { model: 'x' });
      await flood.closed;
      // Answers to what was taken before may come after it.
      expect(flood.named('error')).toContainEqual(expect.objectContaining({ code: 'RATE_LIMITED' }));
      expect(other.client.connected).toBe(true);
    });

    it('more sockets of one person than a person has devices', async () => {
      const many = await app.person();
      const sockets = Array.from({ length: 32 }, () => of(many));
      await vi.waitFor(() => expect(sockets.filter(({ named }) => named('error').length).length).toBe(2), 8_000);
      expect(sockets.filter(({ client }) => client.connected)).toHaveLength(30);
    });
  });

  describe('what ends it', () => {
    it('signing out, a revoked key, being switched off', async () => {
      const carl = await app.person();
      const { body: key } = await carl.post('/api/auth/api-keys', { name: 'reader', scopes: ['chat'] });
      const dora = await app.person();
      const [device, program, off] = [of(carl), socket({ token: key.key }), of(dora)];
      await Promise.all([device, program, off].map((one) => one.heard('user-count')));
      await carl.delete(`/api/auth/api-keys/${String(key.id)}`);
      await program.closed;
      await carl.post('/api/auth/logout');
      await device.closed;
      await anna.patch(`/api/admin/users/${dora.id}`, { is_active: false });
      await off.closed;
      const again = of(dora);
      await again.connected;
      expect(again.seen).toEqual([]);
    });
  });
});

describe('live events behind an origin lock', () => {
  it('are for those alone who come the right way', async () => {
    const app = await createTestApp({
      env: { ORIGIN_LOCK_HEADER: 'x-way', ORIGIN_LOCK_SECRET: 'a-secret-of-the-tunnel-long-enough' },
    });
    try {
      for (const transport of ['websocket', 'polling']) {
        const path = `${livePath}?EIO=4&transport=${transport}`;
        const upgrade = {
          connection: 'Upgrade',
          upgrade: 'websocket',
          'sec-websocket-version': '13',
          'sec-websocket-key': 'AAAAAAAAAAAAAAAAAAAAAA==',
        };
        const headers = transport === 'websocket' ? upgrade : {};
        expect(await statusOf(app.url + path, headers)).toBe(403);
        expect(await statusOf(app.url + path, { ...headers, 'x-way': 'a-secret-of-the-tunnel-long-enough' })).toBe(
          transport === 'websocket' ? 101 : 200,
        );
      }
    } finally {
      await app.close();
    }
  });
});

/** The status of an answer, 101 where the protocol is changed. `fetch` cannot ask for that. */
const statusOf = (url: string, headers: Record<string, string>): Promise<number> =>
  new Promise((resolve, reject) => {
    const asked = request(url, { headers });
    asked.on('response', (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    asked.on('upgrade', (response, socket) => {
      socket.destroy();
      resolve(response.statusCode ?? 0);
    });
    asked.on('error', reject).end();
  });

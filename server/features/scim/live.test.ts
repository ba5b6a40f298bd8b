import { io } from 'socket.io-client';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { livePath } from '../../../shared/live-path.ts';
import { createTestApp, type TestApp } from '../../../test/app.ts';
import { readEvents, type Client } from '../../../test/client.ts';
import { createFakeLlm, type FakeLlm } from '../../../test/fake-llm/server.ts';

/** What a directory ends, ends what is open: nothing waits for the next request. */
let llm: FakeLlm;
let app: TestApp;
let admin: Client;
let token: string;
beforeAll(async () => {
  llm = await createFakeLlm();
  app = await createTestApp({
    env: { OPENAI_BASE_URL: `${llm.url}/v1`, OPENAI_API_KEY: 'sk-test', DEFAULT_AI_PROVIDER: 'openai' },
  });
  admin = await app.person('admin');
  ({ token } = (await admin.post('/api/admin/scim/tokens', { name: 'Directory' })).body);
});
afterAll(async () => {
  await app.close();
  await llm.close();
});

const scim = (method: string, id: string, body?: unknown) =>
  app.stranger().call(method, `/scim/v2/Users/${id}`, body, { headers: { authorization: `Bearer ${token}` } });
const off = { Operations: [{ op: 'replace', path: 'active', value: false }] };

it.each<[string, (person: Client) => Promise<{ status: number }>]>([
  ['switches a person off by PATCH', ({ id }) => scim('PATCH', id, off)],
  [
    'switches a person off by PUT',
    async ({ id }) => scim('PUT', id, { ...(await scim('GET', id)).body, active: false }),
  ],
  ['deletes a person', ({ id }) => scim('DELETE', id)],
])('a directory that %s ends the stream and the sockets that are open', async (_name, end) => {
  const person = await app.person();
  const { key } = (await person.post('/api/auth/api-keys', { name: 'program', scopes: ['chat'] })).body;
  const cookie = [...person.cookies].map((pair) => pair.join('=')).join('; ');
  const closed = [{ cookie, origin: app.url }, { 'x-api-key': String(key) }].map((extraHeaders) => {
    const socket = io(app.url, {
      path: livePath,
      transports: ['websocket'],
      forceNew: true,
      reconnection: false,
      extraHeaders,
    });
    const heard = new Promise<void>((resolve) => socket.once('user-count', () => resolve()));
    return { heard, ended: new Promise<string>((resolve) => socket.once('disconnect', resolve)) };
  });
  await Promise.all(closed.map(({ heard }) => heard));

  const { promise: until, resolve: release } = Promise.withResolvers<void>();
  llm.script({ text: ['One ', 'two.'], hold: { after: 1, until } });
  const stream = readEvents(await person.openStream('POST', '/api/chat/stream', { content: 'Count' }));
  while ((await stream.next()).value?.event !== 'delta');

  expect([200, 204]).toContain((await end(person)).status);
  const names: string[] = [];
  // The model has not gone on: the stream ends by itself, and without its last words.
  for await (const { event } of stream) names.push(event);
  expect(names).not.toContain('done');
  expect(await Promise.all(closed.map(({ ended }) => ended))).toHaveLength(2);
  release();
});

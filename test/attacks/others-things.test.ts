import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestApp, goodPassword } from '../app.ts';
import { Authenticator } from '../authenticator.ts';
import type { Client, Json } from '../client.ts';
import { createFakeLlm, type FakeLlm } from '../fake-llm/server.ts';
import { credentials, nothing, walletOf, type Wallet } from './credentials.ts';
import { pathOf, routesOf } from './routes.ts';

/** Somebody else's thing answers on every route exactly as one that does not exist, and stays as it is. */
const fake: FakeLlm = await createFakeLlm();
const app = await createTestApp({
  env: { OPENAI_BASE_URL: `${fake.url}/v1`, OPENAI_API_KEY: 'sk-test', DEFAULT_AI_PROVIDER: 'openai' },
});
afterAll(async () => {
  await app.close();
  await fake.close();
});

/** What the owner has, by kind. */
type Things = {
  conversation: string;
  message: string;
  question: string;
  generation: string;
  file: string;
  key: string;
  session: string;
  folder: string;
  prompt: string;
  feedback: string;
  queued: string;
  share: string;
  collection: string;
  memory: string;
  assistant: string;
  passkey: string;
  identity: string;
  notification: string;
  run: string;
};

/**
 * Each route of members that takes an id: whose kind of thing it means, and a body that its owner could send. Of keys none manages
 * keys or sessions, so there only sessions are tried. A new route with an id belongs in here.
 */
const table: Record<string, { thing: keyof Things; body?: object; sessionsOnly?: true; refusal?: 404 }> = {
  'DELETE /api/auth/api-keys/:id': { thing: 'key', sessionsOnly: true },
  'POST /api/auth/api-keys/:id/rotate': { thing: 'key', sessionsOnly: true },
  'DELETE /api/auth/identities/:id': { thing: 'identity', sessionsOnly: true },
  'DELETE /api/auth/passkeys/:id': { thing: 'passkey', body: { password: goodPassword }, sessionsOnly: true },
  'PATCH /api/auth/passkeys/:id': { thing: 'passkey', body: { name: 'Taken over' }, sessionsOnly: true },
  'DELETE /api/auth/sessions/:id': { thing: 'session', sessionsOnly: true },
  // Stop is no deletion: there is something to stop, or there is not.
  'DELETE /api/chat/generations/:id': { thing: 'generation', refusal: 404 },
  'GET /api/chat/generations/:id/stream': { thing: 'generation' },
  'POST /api/chat/generations/:id/approve': {
    thing: 'generation',
    body: { tool_call_id: 'call_1', allow: true },
  },
  'DELETE /api/conversations/:id': { thing: 'conversation' },
  'GET /api/conversations/:id': { thing: 'conversation' },
  'PATCH /api/conversations/:id': { thing: 'conversation', body: { title: 'Taken over' } },
  'PUT /api/conversations/:id': { thing: 'conversation', body: { title: 'Taken over' } },
  'GET /api/conversations/:id/context': { thing: 'conversation' },
  'GET /api/conversations/:id/messages': { thing: 'conversation' },
  'POST /api/conversations/:id/messages': { thing: 'conversation', body: { role: 'user', content: 'Put in' } },
  'GET /api/conversations/:id/export': { thing: 'conversation' },
  'POST /api/conversations/:id/branch': { thing: 'conversation', body: { message_id: nothing } },
  'POST /api/conversations/:id/share': { thing: 'conversation', body: {} },
  'GET /api/conversations/:id/shares': { thing: 'conversation' },
  'DELETE /api/shares/:token': { thing: 'share' },
  'GET /api/conversations/:id/queue': { thing: 'conversation' },
  'POST /api/conversations/:id/queue': { thing: 'conversation', body: { content: 'Put in' } },
  'POST /api/conversations/:id/queue/resume': { thing: 'conversation' },
  'PATCH /api/queue/:id': { thing: 'queued', body: { content: 'Put in' } },
  'DELETE /api/queue/:id': { thing: 'queued' },
  'GET /api/folders/:id': { thing: 'folder' },
  'PATCH /api/folders/:id': { thing: 'folder', body: { name: 'Taken over' } },
  'PUT /api/folders/:id': { thing: 'folder', body: { name: 'Taken over' } },
  'DELETE /api/folders/:id': { thing: 'folder' },
  'GET /api/prompts/:id': { thing: 'prompt' },
  'PATCH /api/prompts/:id': { thing: 'prompt', body: { title: 'Taken over' } },
  'PUT /api/prompts/:id': { thing: 'prompt', body: { command: 'x', title: 'Taken over', content: 'x' } },
  'DELETE /api/prompts/:id': { thing: 'prompt' },
  'GET /api/assistants/:id': { thing: 'assistant' },
  'PATCH /api/assistants/:id': { thing: 'assistant', body: { name: 'Taken over' } },
  'PUT /api/assistants/:id': { thing: 'assistant', body: { name: 'Taken over' } },
  'DELETE /api/assistants/:id': { thing: 'assistant' },
  'GET /api/assistants/:id/shares': { thing: 'assistant' },
  'PUT /api/assistants/:id/shares': { thing: 'assistant', body: { user_id: nothing } },
  'DELETE /api/assistants/:id/shares': { thing: 'assistant', body: { user_id: nothing }, refusal: 404 },
  'GET /api/feedback/:id': { thing: 'feedback' },
  'PATCH /api/feedback/:id': { thing: 'feedback', body: { rating: 'up' } },
  'PUT /api/feedback/:id': { thing: 'feedback', body: { rating: 'up' } },
  'DELETE /api/feedback/:id': { thing: 'feedback' },
  'POST /api/messages/:id/follow-ups': { thing: 'message' },
  'DELETE /api/notifications/:id': { thing: 'notification', sessionsOnly: true },
  'PATCH /api/notifications/:id': { thing: 'notification', body: { read: true }, sessionsOnly: true },
  'DELETE /api/memories/:id': { thing: 'memory' },
  'GET /api/memories/:id': { thing: 'memory' },
  'PATCH /api/memories/:id': { thing: 'memory', body: { content: 'Taken over' } },
  'DELETE /api/messages/:id': { thing: 'message' },
  'GET /api/messages/:id': { thing: 'message' },
  'GET /api/messages/:id/trace': { thing: 'message' },
  'GET /api/saved-questions/:id': { thing: 'message' },
  'GET /api/saved-questions/runs/:id': { thing: 'run' },
  'PUT /api/saved-questions/:id/expected': { thing: 'message', body: { places: [] } },
  'PATCH /api/messages/:id': { thing: 'message', body: { content: 'Put in' } },
  'DELETE /api/files/:id': { thing: 'file' },
  'GET /api/files/:id': { thing: 'file' },
  'GET /api/files/:id/content': { thing: 'file' },
  'GET /api/files/:id/passages': { thing: 'file' },
  'GET /api/files/:id/thumbnail': { thing: 'file' },
  'DELETE /api/collections/:id': { thing: 'collection' },
  'GET /api/collections/:id': { thing: 'collection' },
  'PATCH /api/collections/:id': { thing: 'collection', body: { name: 'Taken over' } },
  'PUT /api/collections/:id': { thing: 'collection', body: { name: 'Taken over' } },
  'POST /api/collections/:id/query': { thing: 'collection', body: { q: 'key' } },
  'GET /api/collections/:id/sources': { thing: 'collection' },
  'POST /api/collections/:id/sources': { thing: 'collection', body: { url: 'https://example.org/' } },
  'PATCH /api/collections/:id/sources': {
    thing: 'collection',
    body: { url: 'https://example.org/', refresh: 'daily' },
  },
  // Of others' collections nothing is taken away in silence: there is none to take it from.
  'DELETE /api/collections/:id/sources': {
    thing: 'collection',
    body: { url: 'https://example.org/' },
    refusal: 404,
  },
  'GET /api/collections/:id/shares': { thing: 'collection' },
  'PUT /api/collections/:id/shares': { thing: 'collection', body: { user_id: nothing, access: 'write' } },
  'DELETE /api/collections/:id/shares': { thing: 'collection', body: { user_id: nothing }, refusal: 404 },
};
/** Ids of things of the house (providers, servers of tools) belong to nobody. */
const ofTheHouse = new Set([
  'GET /api/providers/:id/health',
  'POST /api/mcp-servers/:id/connection',
  'DELETE /api/mcp-servers/:id/connection',
]);

/** Ids of others' things inside a body. */
const inBodies: [string, string, (things: Things) => object][] = [
  [
    'a chat in their conversation',
    '/api/chat/stream',
    ({ conversation }) => ({ content: 'Hello', conversation_id: conversation }),
  ],
  [
    'a chat under their message',
    '/api/chat/stream',
    ({ conversation, message }) => ({ content: 'Hello', conversation_id: conversation, parent_id: message }),
  ],
  ['a chat over their file', '/api/chat/stream', ({ file }) => ({ content: 'Hello', file_ids: [file] })],
  [
    'a whole answer in their conversation',
    '/api/chat/message',
    ({ conversation }) => ({ content: 'Hello', conversation_id: conversation }),
  ],
  [
    'a chat over their collection',
    '/api/chat/stream',
    ({ collection }) => ({ content: 'Hello', collection_ids: [collection] }),
  ],
  ['a whole answer over their file', '/api/chat/message', ({ file }) => ({ content: 'Hello', file_ids: [file] })],
  [
    'a chat with their assistant',
    '/api/chat/stream',
    ({ assistant }) => ({ content: 'Hello', assistant_id: assistant }),
  ],
  [
    'a temporary chat with their assistant',
    '/api/chat/stream',
    ({ assistant }) => ({ content: 'Hello', temporary: true, assistant_id: assistant }),
  ],
  ['a conversation with their assistant', '/api/conversations', ({ assistant }) => ({ assistant_id: assistant })],
  ['an assistant over their file', '/api/assistants', ({ file }) => ({ name: 'Mine', file_ids: [file] })],
  [
    'an assistant over their collection',
    '/api/assistants',
    ({ collection }) => ({ name: 'Mine', collection_ids: [collection] }),
  ],
  ['their answer written anew', '/api/chat/regenerate', ({ message }) => ({ message_id: message })],
  ['their answer gone on with', '/api/chat/continue', ({ message }) => ({ message_id: message })],
  ['a word on their answer', '/api/feedback', ({ message }) => ({ message_id: message, rating: 'down' })],
  ['a folder in their folder', '/api/folders', ({ folder }) => ({ name: 'Within', parent_id: folder })],
];

let owner: Client;
let other: Wallet;
let things: Things;

beforeAll(async () => {
  await app.person('admin');
  owner = (await walletOf(app, 'owner')).person;
  ({ wallet: other } = await walletOf(app, 'other'));
  const { id: file } = await owner.uploadAndWait(
    'secret.txt',
    'The harbour master keeps the key under the third stone.',
  );
  const collection = (await owner.post('/api/collections', { name: 'Secrets' })).body.id;
  await owner.post(`/api/collections/${collection}/sources`, { file_id: file });
  const events = await owner.chat({ content: 'Where is the key?', file_ids: [file] });
  const [meta] = events;
  if (meta?.event !== 'meta' || meta.data.user_message_id === null) throw new Error('no meta');
  const { conversation_id, message_id, user_message_id, generation_id } = meta.data;
  const [key] = (await owner.get('/api/auth/api-keys')).body.items;
  const [session] = (await owner.get('/api/auth/sessions')).body.items;
  const made = async (path: string, body: object): Promise<Json> => (await owner.post(path, body)).body;
  const conversation = `/api/conversations/${conversation_id}`;
  await made(`${conversation}/share`, {});
  const [share] = (await owner.get(`${conversation}/shares`)).body.items;
  const { options } = (await owner.post('/api/auth/passkeys/options', { password: goodPassword })).body;
  const credential = new Authenticator(app.config.publicUrl.origin).create(options);
  const passkey = (await owner.post('/api/auth/passkeys', { name: 'The owner’s', credential })).body.id as string;
  const identity = '018f0000-0000-7000-8000-00000000000a';
  const vouched = { method: 'oidc', provider: 'x', issuer: 'https://id.example', subject: 'x', email: null } as const;
  const at = Date.now();
  const row = { ...vouched, id: identity, mark: 'a'.repeat(64), user_id: owner.id, group_ids: '[]' };
  await app.carrel.database.db
    .insertInto('identities')
    .values({ ...row, created_at: at, last_used_at: at })
    .execute();
  const notification = '018f0000-0000-7000-8000-00000000000b';
  await app.carrel.database.db
    .insertInto('notifications')
    .values({
      id: notification,
      user_id: owner.id,
      cause: 'x',
      kind: 'security.replay',
      target_kind: null,
      target_id: null,
      detail: '{}',
      created_at: at,
      read_at: null,
    })
    .execute();
  things = {
    notification,
    passkey,
    identity,
    folder: (await made('/api/folders', { name: 'Mine' })).id,
    prompt: (await made('/api/prompts', { command: 'mine', title: 'Mine', content: 'x' })).id,
    assistant: (await made('/api/assistants', { name: 'Mine' })).id,
    feedback: (await made('/api/feedback', { message_id, rating: 'up' })).id,
    // It cannot be sent, so it waits.
    queued: (await made(`${conversation}/queue`, { content: 'Later', model: 'nobody/none' })).id,
    share: share.id,
    conversation: String(conversation_id),
    message: message_id,
    question: user_message_id,
    generation: generation_id,
    file,
    key: key.id,
    session: session.id,
    collection,
    run: (await made('/api/saved-questions/runs', {})).id,
    memory: (await owner.post('/api/memories', { content: 'The owner keeps bees.' })).body.id,
  };
});

/** A session is used by looking at it; once a minute that is noted. */
const withoutUse = (body: Json): Json =>
  JSON.parse(
    JSON.stringify(body, (name, value: Json) => (/^(last_seen|expires)_at$/.test(name) ? undefined : value)),
  ) as Json;

/** All that the owner sees of their things, and how many rows there are of everything. */
async function whole(): Promise<Json> {
  const seen = await Promise.all(
    [
      '/api/conversations',
      `/api/conversations/${things.conversation}/messages`,
      '/api/files',
      '/api/collections',
      `/api/collections/${things.collection}/sources`,
      `/api/files/${things.file}/content`,
      '/api/auth/api-keys',
      '/api/folders',
      '/api/prompts',
      '/api/assistants',
      '/api/feedback',
      `/api/conversations/${things.conversation}/shares`,
      `/api/conversations/${things.conversation}/queue`,
      '/api/auth/passkeys',
      '/api/auth/identities',
      '/api/notifications',
    ].map(async (path) => withoutUse((await owner.get(path)).body)),
  );
  const sessions = (await owner.get('/api/auth/sessions')).body.items as Json[];
  const { db } = app.carrel.database;
  const counts = await Promise.all(
    (
      ['conversations', 'messages', 'generations', 'files', 'api_keys', 'sessions', 'passkeys', 'identities'] as const
    ).map(async (name) =>
      Number(
        (
          await db
            .selectFrom(name)
            .select((is) => is.fn.countAll().as('n'))
            .executeTakeFirstOrThrow()
        ).n,
      ),
    ),
  );
  // Looking is being seen: when that was changes by itself.
  return { seen, counts, sessions: sessions.map(({ last_seen_at: _seen, expires_at: _ends, ...rest }) => rest) };
}

const plain = ({ status, body }: { status: number; body: Json }) => ({
  status,
  body: typeof body === 'object' && body !== null ? { ...body, request_id: null } : body,
});

it('every route of members that takes an id is in the table', () => {
  const withIds = routesOf(app)
    .filter(({ url, access }) => url.includes(':') && (access.who === 'member' || access.who === 'signed-in'))
    .map(({ method, url }) => `${method} ${url}`);
  expect(withIds.filter((name) => !ofTheHouse.has(name)).toSorted()).toEqual(Object.keys(table).toSorted());
});

describe.each(Object.entries(table))('%s', (name, { thing, body, sessionsOnly, refusal }) => {
  const [method = '', url = ''] = name.split(' ');
  const theirs = credentials.filter(({ scoped }) => !scoped || !sessionsOnly);

  it.each(theirs)('by $name', async ({ show }) => {
    const before = await whole();
    const ask = (id: string) => app.stranger().call(method, pathOf(url, id), body, { headers: show(other) });
    const [found, none] = [plain(await ask(things[thing])), plain(await ask(nothing))];
    expect(found).toEqual(none);
    expect(found.status).toBe(refusal ?? (method === 'DELETE' ? 204 : 404));
    expect(await whole()).toEqual(before);
  });
});

describe.each(inBodies)('%s', (_name, url, bodyOf) => {
  it.each(credentials)('by $name', async ({ show }) => {
    const before = await whole();
    const none = Object.fromEntries(Object.keys(things).map((kind) => [kind, nothing])) as Things;
    const ask = (ids: Things) => app.stranger().post(url, bodyOf(ids), { headers: show(other) });
    const [found, missing] = [plain(await ask(things)), plain(await ask(none))];
    expect(found).toEqual(missing);
    expect(found.status).toBe(404);
    expect(await whole()).toEqual(before);
  });
});

it('a search finds nothing of others', async () => {
  for (const { show } of credentials) {
    const { status, body } = await app
      .stranger()
      .post('/api/search', { q: 'harbour master' }, { headers: show(other) });
    expect([status, body]).toEqual([200, { items: [], next_cursor: null }]);
  }
  expect((await owner.post('/api/search', { q: 'harbour master' })).body.items).toHaveLength(1);
});

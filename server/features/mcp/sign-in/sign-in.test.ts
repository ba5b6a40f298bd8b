import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { createTestApp, type TestApp } from '../../../../test/app.ts';
import type { Client, Json } from '../../../../test/client.ts';
import { createFakeLlm, type FakeLlm } from '../../../../test/fake-llm/server.ts';
import { startAuthorisationServer, type AuthorisationServer } from '../../../../test/mcp/authorisation-server.ts';
import { startRealMcp, type RealMcp } from '../../../../test/mcp/real-server.ts';

const path = '/api/admin/mcp-servers';
const site = 'http://localhost:18080';
let llm: FakeLlm;
let wiki: RealMcp;
let house: AuthorisationServer;
let app: TestApp;
let ada: Client;
let ben: Client;
let server: Json;
/** Who called last, as the wiki knows them. */
let caller: string | null = null;
const tokens: string[] = [];

beforeAll(async () => {
  [llm, wiki, house] = await Promise.all([createFakeLlm(), startRealMcp(), startAuthorisationServer()]);
  wiki.metadata = { resource: wiki.url, authorization_servers: [house.url], scopes_supported: ['wiki'] };
  wiki.guard = async ({ headers }) => {
    const token = /^Bearer (.+)$/.exec(headers.authorization ?? '')?.[1];
    if (token) tokens.push(token);
    caller = token ? await house.personOf(token, wiki.url) : null;
    const where = new URL('/.well-known/oauth-protected-resource/mcp', wiki.url).href;
    return caller === null ? `Bearer resource_metadata="${where}"` : null;
  };
  app = await createTestApp({
    env: {
      PUBLIC_URL: site,
      OUTBOUND_ALLOW: new URL(house.url).host,
      OPENAI_BASE_URL: `${llm.url}/v1`,
      OPENAI_API_KEY: 'sk-test',
      DEFAULT_AI_PROVIDER: 'openai',
    },
  });
  ada = await app.person('ada');
  ben = await app.person('ben');
  server = (await ada.post(path, { name: 'Wiki', url: wiki.url, auth: 'each' })).body;
});
afterAll(async () => {
  await app.close();
  await Promise.all([llm.close(), wiki.close(), house.close()]);
});
beforeEach(() => llm.script({}));

const names = async (who: Client): Promise<string[]> =>
  (await who.get('/api/tools')).body.items.filter(({ server: from }: Json) => from).map(({ name }: Json) => name);
const mine = async (who: Client): Promise<Json> => (await who.get('/api/mcp-servers')).body.items[0];

/** There and back, as a browser would; answers where it lands. */
async function connect(who: Client, as: string, url = `/api/mcp-servers/${server.id}/connection`): Promise<URL> {
  const begun = await who.post(url);
  expect(begun.status).toBe(200);
  house.person = as;
  const back = await house.visit(begun.body.url);
  return landing(who, back);
}
async function landing(who: Client, back: URL): Promise<URL> {
  const landed = await who.get(back.pathname + back.search);
  expect(landed.status).toBe(302);
  return new URL(landed.headers.get('location') ?? '');
}
async function searched(who: Client): Promise<Json> {
  llm.script({ toolCalls: [{ name: 'wiki__search', arguments: { q: 'tower' } }] });
  const events = await who.chat({ content: 'Search', tools: ['wiki__search'] });
  return events.find(({ event }) => event === 'tool_result')?.data;
}

it('nobody has its tools before they have signed in, and a test says so', async () => {
  expect(await names(ben)).toEqual([]);
  expect(await mine(ben)).toEqual({ id: server.id, slug: 'wiki', name: 'Wiki', auth: 'each', connected: false });
  expect((await ada.post(`${path}/${server.id}/test`)).body).toMatchObject({ ok: false, needs_sign_in: true });
});

it('each person calls in their own name, by a client that registered itself once', async () => {
  const back = await connect(ben, 'ben-of-the-wiki');
  expect(back.href).toBe(`${app.config.mail.linkBase.origin}/settings?connected=wiki`);
  expect((await mine(ben)).connected).toBe(true);
  expect(await names(ben)).toContain('wiki__search');
  expect(await names(ada)).toEqual([]);
  await connect(ada, 'ada-of-the-wiki');
  expect(house.registrations).toBe(1);

  const listed = (await ada.patch(`${path}/${server.id}`, { unasked: ['search'] })).body;
  expect(listed.unasked).toEqual(['search']);
  const { db } = app.carrel.database;
  const row = await db
    .selectFrom('mcp_connections')
    .selectAll()
    .where('user_id', '=', ben.id)
    .executeTakeFirstOrThrow();
  for (const token of tokens) expect(JSON.stringify(row)).not.toContain(token);
});

it('tokens are for this server alone, and are renewed when it takes them no more', async () => {
  expect((await searched(ben)).is_error).toBe(false);
  expect(caller).toBe('ben-of-the-wiki');
  const before = tokens.at(-1);
  await house.forget();
  expect((await searched(ben)).is_error).toBe(false);
  expect(caller).toBe('ben-of-the-wiki');
  expect(tokens.at(-1)).not.toBe(before);
});

it('where nothing renews them, the model is told that the person has to connect', async () => {
  await house.forget(true);
  const result = await searched(ben);
  expect(result).toMatchObject({ is_error: true, content: expect.stringContaining('wants somebody to sign in') });
  expect((await mine(ben)).connected).toBe(false);
  await connect(ben, 'ben-of-the-wiki');
  expect((await mine(ben)).connected).toBe(true);
});

it('comes back to the browser that went, once, and to nobody else', async () => {
  const begin = async (): Promise<URL> => {
    const { body } = await ben.post(`/api/mcp-servers/${server.id}/connection`);
    house.person = 'mallory';
    return house.visit(body.url);
  };
  const back = await begin();
  // Another person who is sent there does not take over what was begun elsewhere.
  expect((await landing(ada, back)).searchParams.get('tools_refused')).toBe('INVALID_TOKEN');
  expect((await landing(app.stranger(), back)).searchParams.get('tools_refused')).toBe('INVALID_TOKEN');
  const elsewhere = new URL(back.href.replace(server.id, 'another'));
  expect((await landing(ben, elsewhere)).searchParams.get('tools_refused')).toBe('INVALID_TOKEN');
  const wrong = new URL(back);
  wrong.searchParams.set('iss', 'https://evil.example');
  expect((await landing(ben, wrong)).searchParams.get('tools_refused')).toBe('PROVIDER_ERROR');
  expect((await landing(ben, back)).searchParams.get('tools_refused')).toBe('INVALID_TOKEN');
  const denied = new URL(await begin());
  denied.search = `?error=access_denied&state=${denied.searchParams.get('state')}`;
  expect((await landing(ben, denied)).searchParams.get('tools_refused')).toBe('PROVIDER_ERROR');
});

it('is let go where the person disconnects, and told to the server', async () => {
  const last = tokens.at(-1) ?? '';
  expect((await ben.delete(`/api/mcp-servers/${server.id}/connection`)).status).toBe(204);
  expect((await mine(ben)).connected).toBe(false);
  expect(await house.personOf(last, wiki.url)).toBeNull();
  expect((await ben.delete(`/api/mcp-servers/${server.id}/connection`)).status).toBe(204);
});

it('an admin signs in once for all, and nobody else can', async () => {
  const url = `${path}/${server.id}/connection`;
  expect((await ada.post(url)).status).toBe(409);
  await ada.patch(`${path}/${server.id}`, { auth: 'shared' });
  expect((await ben.post(url)).status).toBe(403);
  expect((await ben.post(`/api/mcp-servers/${server.id}/connection`)).status).toBe(409);
  expect((await connect(ada, 'the-house', url)).href).toContain('/admin/tools?connected=wiki');
  expect((await ada.get(`${path}/${server.id}`)).body.connected).toBe(true);
  await ada.patch(`${path}/${server.id}`, { unasked: ['search'] });
  expect((await searched(ben)).is_error).toBe(false);
  expect(caller).toBe('the-house');
  expect((await ada.delete(url)).status).toBe(204);
  expect((await searched(ben).catch(() => null))?.is_error ?? true).toBe(true);
});

it('tokens that are for another server are not asked for, and no address within is looked at', async () => {
  const begin = () => ada.post(`${path}/${server.id}/connection`);
  wiki.metadata = { resource: 'https://bank.example/', authorization_servers: [house.url] };
  expect(await begin()).toMatchObject({ status: 502, body: { message: expect.stringContaining('another server') } });
  wiki.metadata = { resource: wiki.url, authorization_servers: ['http://169.254.169.254/'] };
  expect(await begin()).toMatchObject({ status: 422, body: { code: 'URL_BLOCKED' } });
  wiki.metadata = { resource: wiki.url, authorization_servers: ['javascript:alert(1)'] };
  expect((await begin()).status).toBeGreaterThanOrEqual(400);
  wiki.metadata = { resource: 7 };
  expect(await begin()).toMatchObject({ status: 502, body: { code: 'PROVIDER_ERROR' } });
});

it('is in the log, without a token', async () => {
  const { items } = (await ada.get('/api/admin/audit?limit=200')).body;
  const actions = items.map(({ action }: Json) => action);
  expect(actions).toEqual(expect.arrayContaining(['mcp_server.signed_in', 'mcp_server.signed_out']));
  for (const token of tokens) expect(JSON.stringify(items)).not.toContain(token);
});

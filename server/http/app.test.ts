import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { once } from 'node:events';
import Fastify from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestApp, type TestApp } from '../../test/app.ts';
import type { Client, Json } from '../../test/client.ts';
import { withRouteTable } from './route-table.ts';
import { requireAccess } from './require-access.ts';

let app: TestApp;
let anna: Client;
const logs: string[] = [];

beforeAll(async () => {
  app = await createTestApp({ env: { MAX_BODY_MB: '1' }, logs: (line) => logs.push(line) });
  anna = await app.person('anna');
});
afterAll(() => app.close());

const json = { 'content-type': 'application/json' };

describe('errors', () => {
  it.each([
    ['malformed JSON', 'POST', '/api/conversations', '{"title":', json, 400, 'VALIDATION_FAILED'],
    ['no body', 'POST', '/api/chat/message', undefined, {}, 400, 'VALIDATION_FAILED'],
    ['an array', 'POST', '/api/conversations', '[]', json, 400, 'VALIDATION_FAILED'],
    ['a wrong type', 'POST', '/api/conversations', '{"title": 7}', json, 400, 'VALIDATION_FAILED'],
    ['an unknown field', 'POST', '/api/conversations', '{"colour": 7}', json, 400, 'VALIDATION_FAILED'],
    ['__proto__', 'POST', '/api/conversations', '{"__proto__": {"role": "admin"}}', json, 400, 'VALIDATION_FAILED'],
    ['a body where none belongs', 'POST', '/api/auth/logout-all', '{"all": true}', json, 400, 'VALIDATION_FAILED'],
    [
      'too much',
      'POST',
      '/api/conversations',
      JSON.stringify({ title: 'x'.repeat(1_100_000) }),
      json,
      413,
      'PAYLOAD_TOO_LARGE',
    ],
    [
      'text that is JSON',
      'POST',
      '/api/conversations',
      '{"title": "x"}',
      { 'content-type': 'text/plain' },
      415,
      'UNSUPPORTED_MEDIA_TYPE',
    ],
    ['XML', 'POST', '/api/conversations', '<x/>', { 'content-type': 'application/xml' }, 415, 'UNSUPPORTED_MEDIA_TYPE'],
    ['an id that is none', 'GET', '/api/conversations/7', undefined, {}, 400, 'VALIDATION_FAILED'],
    ['a limit too high', 'GET', '/api/conversations?limit=201', undefined, {}, 400, 'VALIDATION_FAILED'],
    ['an unknown address', 'GET', '/api/nothing', undefined, {}, 404, 'NOT_FOUND'],
    ['a wrong method', 'PUT', '/api/version', undefined, {}, 405, 'METHOD_NOT_ALLOWED'],
    [
      'a wrong method with an id',
      'POST',
      `/api/messages/${crypto.randomUUID()}`,
      undefined,
      {},
      405,
      'METHOD_NOT_ALLOWED',
    ],
  ] as const)('%s', async (_what, method, path, body, headers, status, code) => {
    const answer = await anna.call(method, path, body, { headers });
    expect({ status: answer.status, code: answer.body.code }).toEqual({ status, code });
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    expect(answer.body).toMatchObject({
      type: 'about:blank',
      title: expect.any(String),
      status,
      error: code,
      message: expect.any(String),
    });
    expect(answer.body.request_id).toBe(answer.headers.get('x-request-id'));
    expect(JSON.stringify(answer.body)).not.toMatch(/\bat .*\.ts|node_modules/);
  });

  it('name every field that is wrong', async () => {
    const { body } = await anna.post('/api/chat/message', { content: 7, colour: 'red', options: { heat: 1 } });
    const paths = body.details.fields.map(({ path }: { path: string }) => path);
    expect(paths.toSorted()).toEqual(['colour', 'content', 'options.heat']);
  });

  it('take no body for one without fields', async () => {
    expect((await anna.post('/api/conversations')).status).toBe(201);
    const { status, body } = await anna.post('/api/chat/message');
    expect(status).toBe(400);
    expect(body.details.fields).toEqual([{ path: 'content', message: expect.any(String) }]);
  });

  it('name the methods that an address takes', async () => {
    const answer = await anna.call('DELETE', '/api/profile');
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'GET, PUT']);
  });

  it('take an empty JSON body for none', async () => {
    const answer = await anna.call('DELETE', `/api/conversations/${crypto.randomUUID()}`, undefined, { headers: json });
    expect(answer.status).toBe(204);
  });
});

describe('a JSON body', () => {
  const ask = (messages: string) =>
    anna.call('POST', '/v1/chat/completions', `{"model":"none","messages":${messages}}`, { headers: json });

  it.each(['{"__proto__":{"a":1}}', '{"\\u005f_proto__":{}}', '{"a":[{"constructor":{"prototype":{}}}]}'])(
    'that names an object’s prototype is refused at any depth: %s',
    async (inner) => expect((await ask(`[${inner}]`)).status).toBe(400),
  );

  it('may speak of prototypes in its texts, and have a field called constructor', async () => {
    const { status, headers } = await ask(
      '[{"content":"\\"__proto__\\": \\u0041 \\"constructor\\"","constructor":"Lego"}]',
    );
    expect([status, headers.get('x-error-code')]).toEqual([404, 'MODEL_NOT_FOUND']);
  });

  it('that is nothing but depth is looked at to its ground', async () => {
    const deep = (ground: string) => ask(`${'['.repeat(100_000)}${ground}${']'.repeat(100_000)}`);
    expect((await deep('{"__proto__":{}}')).status).toBe(400);
    expect((await deep('{}')).status).toBe(404);
  });
});

describe('requests', () => {
  it('keep a well-formed request id and replace another', async () => {
    const ask = async (id: string) =>
      (await anna.get('/api/version', { headers: { 'x-request-id': id } })).headers.get('x-request-id');
    expect(await ask('abc-123_DEF.4')).toBe('abc-123_DEF.4');
    expect(await ask('7')).toBe('7');
    expect(await ask('x'.repeat(129))).toMatch(/^[0-9a-f-]{36}$/);
    expect(await ask('<script>alert(1)</script>')).not.toContain('<');
  });

  it('are refused for a host that is not ours', async () => {
    const socket = connect(Number(new URL(app.url).port), '127.0.0.1');
    socket.write('GET /api/config HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n');
    let answer = '';
    socket.on('data', (data) => (answer += data.toString()));
    await once(socket, 'close');
    expect(answer).toMatch(/^HTTP\/1.1 403/);
  });

  it('carry security headers back', async () => {
    const one = await anna.get('/health');
    const csp = one.headers.get('content-security-policy') ?? '';
    expect(csp).toContain("script-src 'self';");
    expect(csp).toContain("frame-ancestors 'none'");
    expect(one.headers.get('x-content-type-options')).toBe('nosniff');
    expect(one.headers.get('x-frame-options')).toBe('DENY');
    expect(one.headers.get('access-control-allow-origin')).toBeNull();
  });

  it('are compressed for who can read that', async () => {
    const answer = await anna.get('/openapi.json', { headers: { 'accept-encoding': 'gzip' } });
    expect(answer.headers.get('content-encoding')).toBe('gzip');
  });

  it('leave no secret in the log', async () => {
    await anna.get('/api/auth/session?token=in-the-query', {
      headers: { authorization: 'Bearer secret-token-of-mine' },
    });
    await anna.post('/api/auth/login', { login: 'anna@example.org', password: 'a secret password here' });
    const written = logs.join('\n');
    expect(written).toContain('/api/auth/session');
    for (const secret of [
      'secret-token-of-mine',
      'a secret password here',
      'in-the-query',
      [...anna.cookies.values()][0] ?? '',
    ]) {
      expect(written).not.toContain(secret);
    }
  });
});

describe('what anyone may ask', () => {
  it('health is 200 and tells of each part', async () => {
    const { status, body } = await app.stranger().get('/health');
    expect(status).toBe(200);
    expect(body).toMatchObject({
      status: 'ok',
      version: app.config.version,
      components: { database: { status: 'ok' }, object_store: { status: 'ok' } },
    });
  });

  it('how large files may be is said to members, as configured', async () => {
    const path = '/api/settings/documents/limits';
    expect((await anna.get(path)).body).toEqual({ max_upload_mb: 100, max_pdf_mb: 50 });
    expect((await app.stranger().get(path)).status).toBe(401);
    const boundless = await createTestApp({ env: { MAX_UPLOAD_MB: '0', MAX_PDF_MB: '2.5' } });
    const { body } = await (await boundless.person()).get(path);
    await boundless.close();
    expect(body).toEqual({ max_upload_mb: null, max_pdf_mb: 2.5 });
  });

  it('the API describes itself, and says who may call what', async () => {
    const { body } = await app.stranger().get('/openapi.json');
    expect(body.openapi).toBe('3.1.0');
    expect(body.paths['/api/chat/stream'].post).toMatchObject({
      'x-access': 'member:chat',
      security: expect.any(Array),
    });
    expect(body.paths['/api/auth/login'].post['x-access']).toBe('anyone');
    expect((await app.stranger().get('/docs/')).status).toBe(200);
  });

  it('every list has the shape of a page', async () => {
    const { body } = await app.stranger().get('/openapi.json');
    const without = Object.entries<Json>(body.paths).filter(([, { get }]) => {
      const { items, next_cursor } = get?.responses?.['200']?.content?.['application/json']?.schema?.properties ?? {};
      return items !== undefined && next_cursor === undefined;
    });
    // These are no lists of things: how one answer came about, and what was tried in one run.
    expect(without.map(([path]) => path).toSorted()).toEqual([
      '/api/files/{id}/passages',
      '/api/messages/{id}/trace',
      '/api/saved-questions/runs/{id}',
    ]);
  });

  it('everything else asks who is there', async () => {
    const { body } = await app.stranger().get('/openapi.json');
    const stranger = app.stranger();
    const open: string[] = [];
    for (const [path, operations] of Object.entries<Record<string, { 'x-access'?: string }>>(body.paths)) {
      for (const [method, operation] of Object.entries(operations)) {
        if (operation['x-access'] === 'anyone') {
          open.push(`${method} ${path}`);
          continue;
        }
        const answer = await stranger.call(method.toUpperCase(), path.replace(/\{\w+\}/g, crypto.randomUUID()));
        // The doors for clients of other APIs, and SCIM (RFC 7644, 3.12), say it in their words.
        const ownWords = /^\/(v1|ollama)\//.test(path) || operation['x-access'] === 'directory';
        const code = ownWords ? 'AUTH_REQUIRED' : answer.body.code;
        expect(`${method} ${path} ${answer.status} ${code}`).toBe(`${method} ${path} 401 AUTH_REQUIRED`);
      }
    }
    expect(open.toSorted()).toEqual([
      'get /',
      'get /.well-known/jwks.json',
      'get /api/auth/arrival',
      'get /api/auth/providers',
      'get /api/config',
      'get /api/shares/{token}',
      'get /api/version',
      'get /health',
      'get /oauth/mcp/{id}/callback',
      'get /oauth/{provider}/callback',
      'get /oauth/{provider}/login',
      'post /api/auth/email/resend',
      'post /api/auth/email/verify',
      'post /api/auth/login',
      'post /api/auth/login/totp',
      'post /api/auth/passkeys/login',
      'post /api/auth/passkeys/login/options',
      'post /api/auth/password/forgot',
      'post /api/auth/password/reset',
      'post /api/auth/refresh',
      'post /api/auth/register',
      'post /api/auth/setup',
      'post /api/auth/trusted',
      'post /api/auth/verify',
      'post /oauth/{provider}/backchannel-logout',
    ]);
  });
});

it('docs/security.md lists every route and who may call it', () => {
  const path = new URL('../../docs/security.md', import.meta.url);
  const text = readFileSync(path, 'utf8');
  // Where this fails: node scripts/route-table.ts
  expect(text).toBe(withRouteTable(text, app.carrel.app.registeredRoutes()));
});

it('what is left out of the list holds nothing of anybody', () => {
  const hidden = app.carrel.app.registeredRoutes().filter((route) => route.hidden);
  expect(hidden.map(({ url }) => url)).toContain('/openapi.json');
  expect(hidden.filter(({ access }) => access.who !== 'anyone')).toEqual([]);
  // Long polling of Socket.IO, which finds out by itself who it is and has a test of its own.
  expect(hidden.filter(({ method }) => method !== 'GET').map(({ url }) => url)).toEqual(['/ws/socket.io/']);
});

it('a route that does not say who may call it does not start', async () => {
  const bare = Fastify();
  requireAccess(bare);
  bare.get('/open-by-mistake', () => 'hello');
  await expect(bare.ready()).rejects.toThrow('GET /open-by-mistake does not say who may call it');
});

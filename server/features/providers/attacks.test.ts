import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestApp, type TestApp } from '../../../test/app.ts';
import type { Client } from '../../../test/client.ts';
import { createFakeLlm, type FakeLlm } from '../../../test/fake-llm/server.ts';
import { createOutboundGuard } from '../../lib/outbound-guard.ts';

const path = '/api/admin/providers';

describe('the address of a provider', () => {
  let app: TestApp;
  let admin: Client;
  let fake: FakeLlm;
  /** What the name server says, which can change at any time. */
  const names: Record<string, string[]> = {};

  beforeAll(async () => {
    fake = await createFakeLlm();
    const resolver = (host: string): Promise<string[]> =>
      names[host] ? Promise.resolve(names[host]) : Promise.reject(Object.assign(new Error('?'), { code: 'ENOTFOUND' }));
    app = await createTestApp({ overrides: { outbound: createOutboundGuard({ resolver }) } });
    admin = await app.person('admin');
  });
  afterAll(async () => {
    await app.close();
    await fake.close();
  });

  it.each([
    'http://169.254.169.254',
    'http://169.254.169.254/latest/meta-data',
    'http://[::ffff:169.254.169.254]',
    'http://[::ffff:a9fe:a9fe]:11434',
    'http://[64:ff9b::a9fe:a9fe]',
    'http://2852039166',
    'http://0xa9fea9fe:80',
    'http://0251.0376.0251.0376',
    'http://169.254.1.1:11434',
    'http://[fe80::1]:11434',
    'http://[fd00:ec2::254]',
    'http://100.100.100.200',
    'http://168.63.129.16',
    'http://metadata.example',
    'http://user:password@example.org',
    'http://example.org@169.254.169.254',
  ])('is refused where it leads to what hands out credentials: %s', async (base_url) => {
    names['metadata.example'] = ['8.8.8.8', '169.254.169.254'];
    names['example.org'] = ['93.184.215.14'];
    for (const url of [path, `${path}/test`]) {
      const { status, body } = await admin.post(url, { kind: 'ollama', base_url });
      expect([url, status, body.code]).toEqual([url, 422, 'URL_BLOCKED']);
    }
    expect((await admin.get(path)).body.items).toHaveLength(1);
  });

  it.each(['ftp://example.org', 'file:///etc/passwd', 'gopher://127.0.0.1:70', 'javascript:alert(1)', '//x'])(
    'is an address of the web: not %s',
    async (base_url) => {
      expect((await admin.post(path, { kind: 'ollama', base_url })).status).toBe(400);
    },
  );

  it('may be private, and opens exactly its own host and port', async () => {
    names['lab.example'] = ['127.0.0.1'];
    const saved = await admin.post(path, { id: 'lab', kind: 'ollama', base_url: `http://lab.example:${fake.port}` });
    expect(saved.body).toMatchObject({ id: 'lab', healthy: true });
    const other = createServer((_request, response) => void response.end('{}')).listen(0, '127.0.0.1');
    const { port } = await new Promise<AddressInfo>((resolve) =>
      other.once('listening', () => resolve(other.address() as AddressInfo)),
    );
    let reached = 0;
    other.on('connection', () => (reached += 1));
    fake.script({ status: 307, headers: { location: `http://127.0.0.1:${port}/` } });
    const followed = await admin.post('/api/chat/message', { content: 'Hello', model: 'lab/llama3.2' });
    fake.script({});
    expect([followed.status, followed.body.code, reached]).toEqual([502, 'PROVIDER_ERROR', 0]);
    await new Promise((resolve) => other.close(resolve));
    await admin.delete(`${path}/lab`);
  });

  it('is judged at each connection, whatever the name said when it was saved', async () => {
    names['rebind.example'] = ['127.0.0.1'];
    const base_url = `http://rebind.example:${fake.port}`;
    const saved = await admin.post(path, { id: 'rebind', kind: 'openai-compatible', base_url });
    expect(saved.body.healthy).toBe(true);
    names['rebind.example'] = ['169.254.169.254'];
    // Connections that are open were judged when they were opened; new values make new ones.
    await admin.patch(`${path}/rebind`, { timeout_ms: 2_000 });
    const test = await admin.post(`${path}/rebind/test`);
    expect(test.body).toMatchObject({ healthy: false, problem: 'blocked' });
    const refused = await admin.post('/api/chat/message', { content: 'Hello', model: 'rebind/gpt-4o' });
    expect([refused.status, refused.body.code]).toEqual([422, 'URL_BLOCKED']);
  });

  it('takes the stored secrets to another server only where they are typed again', async () => {
    const secret = 'sk-stored-0123456789-abcd';
    const team = 'team-secret-0123456789';
    const one = { id: 'moved', kind: 'openai-compatible', base_url: `${fake.url}/v1` };
    const headers = { 'X-Team': team };
    expect((await admin.post(path, { ...one, api_key: secret, headers })).status).toBe(201);
    let heard = 0;
    const thief = createServer((_request, response) => {
      heard += 1;
      response.end('{}');
    }).listen(0, '127.0.0.1');
    await new Promise((resolve) => thief.once('listening', resolve));
    const base_url = `http://127.0.0.1:${(thief.address() as AddressInfo).port}/v1`;
    const shown = (await admin.get(`${path}/moved`)).body;

    const fields = ['api_key', 'headers.x-team'];
    const masks = { api_key: shown.api_key, headers: shown.headers };
    for (const answer of [
      await admin.patch(`${path}/moved`, { base_url }),
      await admin.patch(`${path}/moved`, { base_url, ...masks }),
      await admin.post(`${path}/test`, { ...one, base_url, ...masks }),
    ]) {
      expect([answer.status, answer.body.code]).toEqual([400, 'VALIDATION_FAILED']);
      expect(answer.body.details.fields.map((field: { path: string }) => field.path)).toEqual(fields);
    }
    expect(heard).toBe(0);
    expect((await admin.get(`${path}/moved`)).body.base_url).toBe(one.base_url);

    // Another path of the same server is no other server; and who types the secrets means them.
    expect((await admin.patch(`${path}/moved`, { base_url: `${fake.url}/other/v1` })).status).toBe(200);
    expect((await admin.patch(`${path}/moved`, { base_url, api_key: secret, headers })).status).toBe(200);
    expect((await admin.patch(`${path}/moved`, { base_url: one.base_url, api_key: null, headers: {} })).status).toBe(
      200,
    );
    await admin.delete(`${path}/moved`);
    thief.closeAllConnections();
    await new Promise((resolve) => thief.close(resolve));
  });

  it('may be a name that nobody knows yet; the test says so', async () => {
    const saved = await admin.post(path, { id: 'later', kind: 'ollama', base_url: 'http://later.example:11434' });
    expect([saved.status, saved.body.healthy]).toEqual([201, false]);
    expect((await admin.post(`${path}/later/test`)).body).toMatchObject({ healthy: false, problem: 'dns' });
  });

  it('is never shown to members, also not when it fails', async () => {
    const member = await app.person('member');
    const shown = JSON.stringify([
      (await member.get('/api/providers')).body,
      (await member.get('/api/models')).body,
      (await member.get('/api/providers/later/health')).body,
      (await member.get('/api/models/test?model=rebind%2Fgpt-4o')).body,
    ]);
    for (const part of ['later.example', 'rebind.example', String(fake.port)]) expect(shown).not.toContain(part);
  });
});

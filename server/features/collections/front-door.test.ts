import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createOutboundGuard } from '../../lib/outbound-guard.ts';
import { createTestApp, type TestApp } from '../../../test/app.ts';
import type { Client, Json } from '../../../test/client.ts';
import { describeEachDatabase } from '../../../test/databases.ts';
import { createFakeLlm, type FakeLlm } from '../../../test/fake-llm/server.ts';

const page = (words: string): string => `<!doctype html><html><head><title>The tower &amp; its clock</title></head>
  <body><nav>Home, contact</nav><main><h1>The tower</h1><p>${words}</p></main></body></html>`;

describeEachDatabase('collections', (database) => {
  let llm: FakeLlm;
  let site: Server;
  let app: TestApp;
  let admin: Client;
  let ada: Client;
  let bob: Client;
  let eve: Client;
  let answered = page('The bell of the tower was cast from copper in Annaberg.');
  let address: string;
  let clock: string;
  let pump: { id: string };

  beforeAll(async () => {
    llm = await createFakeLlm();
    site = createServer((_, reply) => reply.writeHead(200, { 'content-type': 'text/html' }).end(answered));
    await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve));
    const { port } = site.address() as AddressInfo;
    address = `http://site.test:${port}/tower`;
    app = await createTestApp({
      env: {
        DATABASE_URL: database().url,
        OPENAI_BASE_URL: `${llm.url}/v1`,
        OPENAI_API_KEY: 'sk-test',
        DEFAULT_AI_PROVIDER: 'openai',
      },
      overrides: {
        webPages: createOutboundGuard({
          allow: [`site.test:${port}`],
          resolver: () => Promise.resolve(['127.0.0.1']),
        }),
      },
    });
    admin = await app.person('admin');
    ada = await app.person('ada');
    bob = await app.person('bob');
    eve = await app.person('eve');
    pump = await ada.uploadAndWait('pump.md', '# Pump\n\nThe pump has a warranty of 36 months.\n');
    clock = (await ada.post('/api/collections', { name: 'The tower', description: 'All about it' })).body.id;
  });
  afterAll(async () => {
    await app.close();
    await llm.close();
    site.close();
  });

  const sourcesSeenBy = async (who: Client): Promise<Json[]> =>
    (await who.get(`/api/collections/${clock}/sources`)).body.items;
  const fetched = async (): Promise<void> => {
    await expect
      .poll(async () => (await sourcesSeenBy(ada)).find(({ kind }) => kind === 'url')?.status, { timeout: 20_000 })
      .toMatch(/ready|failed/);
  };
  const found = async (who: Client, q: string): Promise<string[]> =>
    (await who.post(`/api/collections/${clock}/query`, { q })).body.items.map(({ text }: { text: string }) => text);
  const foundAnywhere = async (who: Client, q: string): Promise<number> =>
    (await who.post('/api/search', { q })).body.items.length;

  it('are made with a name, and hold one’s own files', async () => {
    const { status, body } = await ada.post(`/api/collections/${clock}/sources`, { file_id: pump.id });
    expect([status, body]).toEqual([
      201,
      expect.objectContaining({ kind: 'file', file_id: pump.id, title: 'pump.md', status: 'ready' }),
    ]);
    expect((await ada.get(`/api/collections/${clock}`)).body).toMatchObject({
      name: 'The tower',
      description: 'All about it',
      access: 'owner',
      owner: { id: ada.id, name: 'ada' },
      sources: { total: 1, ready: 1, failed: 0 },
    });
    expect(await found(ada, 'How long is the warranty?')).toEqual(['Pump\n\nThe pump has a warranty of 36 months.']);
  });

  it('hold web pages: the readable part is kept as a file and found', async () => {
    const { status, body } = await ada.post(`/api/collections/${clock}/sources`, { url: address });
    expect([status, body.kind, body.status]).toEqual([201, 'url', 'processing']);
    await fetched();
    const [source] = await sourcesSeenBy(ada);
    expect(source).toMatchObject({ title: 'The tower & its clock', url: address, status: 'ready' });
    const [text] = await found(ada, 'What is the bell made of?');
    expect(text).toContain('cast from copper');
    expect(text).not.toContain('contact');
  });

  it('read a page anew when its address is added again, and forget what it said before', async () => {
    answered = page('The bell of the tower was cast from bronze in Apolda.');
    await ada.post(`/api/collections/${clock}/sources`, { url: address });
    await fetched();
    await expect.poll(async () => (await found(ada, 'bell bronze Apolda')).join()).toContain('bronze');
    expect(await sourcesSeenBy(ada)).toHaveLength(2);
    expect((await found(ada, 'copper Annaberg')).join()).not.toContain('copper');
  });

  it('say of a page that cannot be fetched why, and keep what it said before', async () => {
    const before = answered;
    answered = '';
    await ada.post(`/api/collections/${clock}/sources`, { url: address });
    await fetched();
    expect((await sourcesSeenBy(ada))[0]).toMatchObject({
      status: 'failed',
      status_detail: 'There is nothing at this address.',
    });
    expect((await found(ada, 'bell')).join()).toContain('bronze');
    answered = before;
    await ada.post(`/api/collections/${clock}/sources`, { url: address });
    await fetched();
  });

  it('fetch nothing that a stranger to the public web would be', async () => {
    for (const url of ['http://127.0.0.1/', 'http://169.254.169.254/latest', 'file:///etc/passwd', 'http://[::1]/']) {
      const { status, body } = await ada.post(`/api/collections/${clock}/sources`, { url });
      expect([status, body.code], url).toEqual([422, 'URL_BLOCKED']);
      const direct = await ada.post('/api/web/fetch', { url });
      expect([direct.status, direct.body.code], url).toEqual([422, 'URL_BLOCKED']);
    }
  });

  it('do not exist for anybody else', async () => {
    const nothing = '00000000-0000-4000-8000-000000000000';
    for (const [method, path, body] of [
      ['GET', '', undefined],
      ['PATCH', '', { name: 'Mine' }],
      ['PUT', '', { name: 'Mine' }],
      ['GET', '/sources', undefined],
      ['POST', '/sources', { url: address }],
      ['DELETE', '/sources', { file_id: pump.id }],
      ['POST', '/query', { q: 'bell' }],
      ['GET', '/shares', undefined],
      ['PUT', '/shares', { user_id: eve.id, access: 'write' }],
      ['DELETE', '/shares', { user_id: eve.id }],
    ] as const) {
      for (const who of [eve, admin]) {
        const theirs = await who.call(method, `/api/collections/${clock}${path}`, body);
        const none = await who.call(method, `/api/collections/${nothing}${path}`, body);
        expect([theirs.status, theirs.body.message], `${method} ${path}`).toEqual([none.status, none.body.message]);
        expect(theirs.status).toBe(404);
      }
    }
    expect((await eve.delete(`/api/collections/${clock}`)).status).toBe(204);
    expect((await ada.get(`/api/collections/${clock}`)).status).toBe(200);
    const asked = await eve.post('/api/chat/message', { content: 'bell?', collection_ids: [clock] });
    expect([asked.status, asked.body.code]).toEqual([404, 'NOT_FOUND']);
    const scoped = await eve.post('/api/search', {
      q: 'bell',
      scope: { collection_ids: [clock], file_ids: [pump.id] },
    });
    expect(scoped.body.items).toEqual([]);
    expect(await foundAnywhere(eve, 'bell bronze')).toBe(0);
    expect((await eve.get(`/api/files/${pump.id}`)).status).toBe(404);
  });

  it('take no file that is somebody else’s', async () => {
    const mine = (await eve.post('/api/collections', { name: 'Eve’s' })).body.id;
    const { status, body } = await eve.post(`/api/collections/${mine}/sources`, { file_id: pump.id });
    expect([status, body.code]).toEqual([404, 'FILE_NOT_FOUND']);
  });

  it('say in the audit log with whom they are shared, and not what they are called', async () => {
    const made = (await ada.post('/api/collections', { name: 'Secret plans' })).body.id;
    const shares = `/api/collections/${made}/shares`;
    await ada.put(shares, { user_id: bob.id, access: 'read' });
    await ada.put(shares, { user_id: eve.id, access: 'write' });
    await ada.call('DELETE', shares, { user_id: bob.id });
    expect((await eve.call('DELETE', shares, { user_id: eve.id })).status).toBe(204);
    expect((await eve.get(`/api/collections/${made}`)).status).toBe(404);
    const { items } = (await admin.get('/api/admin/audit?limit=50')).body as {
      items: { action: string; target: { id: string } | null; detail: object }[];
    };
    const told = items.filter(({ target }) => target?.id === made).toReversed();
    expect(told.map(({ action }) => action)).toEqual([
      'collection.shared',
      'collection.shared',
      'collection.unshared',
      'collection.left',
    ]);
    expect(told[1]?.detail).toMatchObject({ user_id: eve.id, group_id: null, access: 'write' });
    expect(JSON.stringify(told)).not.toContain('Secret plans');
  });

  it('shared to read are found, asked and opened by that person, and changed by them not at all', async () => {
    expect((await ada.put(`/api/collections/${clock}/shares`, { user_id: bob.id, access: 'read' })).status).toBe(204);
    expect((await bob.get('/api/collections')).body.items).toEqual([
      expect.objectContaining({ id: clock, access: 'read', owner: { id: ada.id, name: 'ada' } }),
    ]);
    expect((await found(bob, 'warranty')).join()).toContain('36 months');
    expect(await foundAnywhere(bob, 'pump warranty')).toBe(1);
    expect((await bob.get(`/api/files/${pump.id}/passages`)).body.items).toHaveLength(1);
    expect((await bob.get(`/api/files/${pump.id}/content`)).status).toBe(200);
    for (const [method, path, body] of [
      ['PATCH', '', { name: 'Bob’s' }],
      ['DELETE', '', undefined],
      ['POST', '/sources', { url: address }],
      ['DELETE', '/sources', { file_id: pump.id }],
      ['GET', '/shares', undefined],
      ['PUT', '/shares', { user_id: eve.id, access: 'read' }],
    ] as const)
      expect((await bob.call(method, `/api/collections/${clock}${path}`, body)).status, `${method} ${path}`).toBe(403);
    expect((await bob.delete(`/api/files/${pump.id}`)).status).toBe(204);
    expect((await ada.get(`/api/files/${pump.id}`)).status).toBe(200);
  });

  it('are asked in a chat: their passages are the answer’s sources', async () => {
    const { status, body } = await bob.post('/api/chat/message', {
      content: 'How long is the warranty of the pump?',
      collection_ids: [clock],
    });
    expect(status).toBe(200);
    expect(body.user_message.parts).toEqual([{ type: 'collection', collection_id: clock, name: 'The tower' }]);
    expect(body.message.sources[0]).toMatchObject({ source: { kind: 'file', id: pump.id }, text: /36 months/ });
  });

  it('are closed at once when the share is taken back, also for chats that asked them before', async () => {
    const before = (await bob.post('/api/chat/message', { content: 'The pump?', collection_ids: [clock] })).body;
    await ada.call('DELETE', `/api/collections/${clock}/shares`, { user_id: bob.id });
    expect((await bob.get(`/api/collections/${clock}`)).status).toBe(404);
    expect((await bob.get(`/api/files/${pump.id}/passages`)).status).toBe(404);
    expect(await foundAnywhere(bob, 'pump warranty')).toBe(0);
    const again = await bob.openStream('POST', '/api/chat/regenerate', { message_id: before.message.id });
    expect(await again.text()).not.toContain('36 months');
  });

  it('shared with a group are its members’, as long as they are members; to write means to add', async () => {
    const group = (await admin.post('/api/admin/groups', { name: 'Readers' })).body.id;
    await ada.put(`/api/collections/${clock}/shares`, { group_id: group, access: 'write' });
    expect((await bob.get(`/api/collections/${clock}`)).status).toBe(404);
    await admin.put(`/api/admin/groups/${group}/members/${bob.id}`);
    expect((await bob.get(`/api/collections/${clock}`)).body.access).toBe('write');
    const own = await bob.uploadAndWait('hands.txt', 'The hands of the clock are gilded with leaf gold.');
    expect((await bob.post(`/api/collections/${clock}/sources`, { file_id: own.id })).status).toBe(201);
    expect((await found(ada, 'gilded hands')).join()).toContain('leaf gold');
    expect((await ada.get(`/api/files/${own.id}/content`)).status).toBe(200);
    expect((await ada.get(`/api/collections/${clock}/shares`)).body.items).toEqual([
      { user_id: null, group_id: group, name: 'Readers', access: 'write' },
    ]);
    await admin.delete(`/api/admin/groups/${group}/members/${bob.id}`);
    expect((await bob.get(`/api/collections/${clock}`)).status).toBe(404);
  });

  it('lose a source that is taken out, at once; the upload itself stays its owner’s', async () => {
    await ada.call('DELETE', `/api/collections/${clock}/sources`, { file_id: pump.id });
    expect((await found(ada, 'warranty months')).join()).not.toContain('36 months');
    expect((await ada.get(`/api/files/${pump.id}`)).status).toBe(200);
  });

  it('take what was fetched for them along when they are deleted, and nothing that was uploaded', async () => {
    const [web] = (await sourcesSeenBy(ada)).filter(({ kind }) => kind === 'url');
    expect((await ada.delete(`/api/collections/${clock}`)).status).toBe(204);
    expect((await ada.get(`/api/collections/${clock}`)).status).toBe(404);
    expect((await ada.get(`/api/files/${web.file_id}`)).status).toBe(404);
    expect(await foundAnywhere(ada, 'bell bronze Apolda')).toBe(0);
    expect((await ada.get(`/api/files/${pump.id}`)).status).toBe(200);
  });

  it('refuse bodies that are not right', async () => {
    const id = (await ada.post('/api/collections', { name: 'Another' })).body.id;
    for (const [method, path, body] of [
      ['POST', '', { name: ' ' }],
      ['POST', '', { name: 'x', owner_id: eve.id }],
      ['POST', `/${id}/sources`, {}],
      ['POST', `/${id}/sources`, { file_id: pump.id, url: address }],
      ['PUT', `/${id}/shares`, { access: 'read' }],
      ['PUT', `/${id}/shares`, { user_id: bob.id, access: 'owner' }],
      ['POST', `/${id}/query`, { q: '' }],
    ] as const)
      expect((await ada.call(method, `/api/collections${path}`, body)).status, JSON.stringify(body)).toBe(400);
    const nobody = await ada.put(`/api/collections/${id}/shares`, { user_id: id, access: 'read' });
    expect(nobody.status).toBe(404);
  });
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestApp, type TestApp } from '../../../test/app.ts';
import type { Client } from '../../../test/client.ts';
import { newId } from '../../lib/ids.ts';

describe.each([
  ['where links for everybody are switched off', 'false'],
  ['where links for everybody are allowed', 'true'],
])('a link to a conversation, %s', (_name, allowed) => {
  let app: TestApp;
  let anna: Client;
  let ben: Client;
  beforeAll(async () => {
    app = await createTestApp({ env: { ENABLE_COMMUNITY_SHARING: allowed } });
    anna = await app.person('anna');
    ben = await app.person('ben');
  });
  afterAll(() => app.close());

  async function talk(): Promise<{ id: string; say(content: string, role?: string): Promise<string> }> {
    const id = (await anna.post('/api/conversations', { title: 'To be shared' })).body.id as string;
    return {
      id,
      say: async (content, role = 'user') =>
        (await anna.post(`/api/conversations/${id}/messages`, { content, role })).body.id as string,
    };
  }
  const share = async (id: string, body?: object): Promise<string> => {
    const made = await anna.post(`/api/conversations/${id}/share`, body);
    expect(made.status).toBe(201);
    expect(made.body.url).toBe(new URL(`/share/${made.body.id}`, app.config.publicUrl).href);
    return made.body.id as string;
  };
  const contents = async (who: Client, token: string): Promise<string[]> =>
    (await who.get(`/api/shares/${token}`)).body.messages.map(({ content }: { content: string }) => content);

  it('shows others the text and the owner’s name, and nothing else of either', async () => {
    const { id, say } = await talk();
    await say('Hello?');
    await say('Hello!', 'assistant');
    const { status, body, headers } = await ben.get(`/api/shares/${await share(id)}`);
    expect(status).toBe(200);
    expect(headers.get('x-robots-tag')).toContain('noindex');
    expect(Object.keys(body).sort()).toEqual(['created_at', 'messages', 'mode', 'shared_by', 'title']);
    expect(body).toMatchObject({ title: 'To be shared', shared_by: 'anna', mode: 'frozen' });
    expect(Object.keys(body.messages[0]).sort()).toEqual(['content', 'created_at', 'model', 'role']);
    const text = JSON.stringify(body);
    for (const secret of [anna.id, 'anna@example.org', id]) expect(text).not.toContain(secret);
  });

  it('stays as it was when it is frozen, and follows the conversation when it is live', async () => {
    const { id, say } = await talk();
    const first = await say('one');
    const [frozen, live] = [await share(id), await share(id, { mode: 'live' })];
    await say('two', 'assistant');
    await anna.patch(`/api/messages/${first}`, { content: 'changed' });
    expect(await contents(ben, frozen)).toEqual(['one']);
    expect(await contents(ben, live)).toEqual(['changed', 'two']);
  });

  it('shows one way through the tree, up to the message that was shared', async () => {
    const { id, say } = await talk();
    const first = await say('root');
    await anna.post(`/api/conversations/${id}/messages`, { content: 'kept to oneself', parent_id: first });
    expect(await contents(ben, await share(id, { message_id: first }))).toEqual(['root']);
    const other = await talk();
    const refused = await anna.post(`/api/conversations/${other.id}/share`, { message_id: first });
    expect([refused.status, refused.body.code]).toEqual([404, 'MESSAGE_NOT_FOUND']);
  });

  it('ends at once when it is taken back, by its token or from the list', async () => {
    const { id, say } = await talk();
    await say('soon gone');
    const [one, two] = [await share(id), await share(id)];
    expect((await ben.delete(`/api/shares/${one}`)).status).toBe(204);
    expect((await ben.get(`/api/shares/${one}`)).status).toBe(200);
    expect((await anna.delete(`/api/shares/${one}`)).status).toBe(204);
    expect((await anna.delete(`/api/shares/${one}`)).status).toBe(204);
    expect((await ben.get(`/api/shares/${one}`)).status).toBe(404);
    const listed = (await anna.get(`/api/conversations/${id}/shares`)).body.items as { id: string }[];
    expect(listed).toHaveLength(1);
    expect(JSON.stringify(listed)).not.toContain(two);
    expect((await ben.delete(`/api/shares/${listed[0]?.id}`)).status).toBe(204);
    expect((await ben.get(`/api/shares/${two}`)).status).toBe(200);
    await anna.delete(`/api/shares/${listed[0]?.id}`);
    expect((await ben.get(`/api/shares/${two}`)).status).toBe(404);
  });

  it('ends with the conversation, and with its owner’s right to work here', async () => {
    const { id, say } = await talk();
    await say('there');
    const gone = await share(id);
    await anna.delete(`/api/conversations/${id}`);
    expect((await ben.get(`/api/shares/${gone}`)).status).toBe(404);
    const theirs = (await ben.post('/api/conversations', {})).body.id as string;
    const { body } = await ben.post(`/api/conversations/${theirs}/share`, {});
    await anna.patch(`/api/admin/users/${ben.id}`, { is_active: false });
    expect((await anna.get(`/api/shares/${body.id}`)).status).toBe(404);
    await anna.patch(`/api/admin/users/${ben.id}`, { is_active: true });
    ben.signedIn(
      (await ben.post('/api/auth/login', { login: 'ben@example.org', password: 'correct horse battery staple' })).body,
    );
  });

  it('is made by the owner alone', async () => {
    const { id } = await talk();
    for (const target of [id, newId()]) {
      expect((await ben.post(`/api/conversations/${target}/share`, {})).status).toBe(404);
      expect((await ben.get(`/api/conversations/${target}/shares`)).status).toBe(404);
    }
    expect((await app.stranger().post(`/api/conversations/${id}/share`, {})).status).toBe(401);
  });

  it('tells those without an account nothing, unless it is public and that is allowed', async () => {
    const { id, say } = await talk();
    await say('for the eyes of some');
    const stranger = app.stranger();
    for (const token of [await share(id), 'no-such-token'])
      expect((await stranger.get(`/api/shares/${token}`)).status).toBe(401);
    const made = await anna.post(`/api/conversations/${id}/share`, { public: true });
    if (allowed === 'false') return expect([made.status, made.body.code]).toEqual([403, 'FORBIDDEN']);
    expect(await contents(stranger, made.body.id as string)).toEqual(['for the eyes of some']);
    await anna.delete(`/api/shares/${made.body.id}`);
    expect((await stranger.get(`/api/shares/${made.body.id}`)).status).toBe(401);
  });

  it('is kept as a hash', async () => {
    const { id, say } = await talk();
    await say('x');
    const token = await share(id);
    const rows = await app.carrel.database.db.selectFrom('share_links').selectAll().execute();
    expect(JSON.stringify(rows)).not.toContain(token);
    const audit = JSON.stringify((await anna.get('/api/admin/audit?action=share.created')).body);
    expect(audit).toContain('share.created');
    expect(audit).not.toContain(token);
  });
});

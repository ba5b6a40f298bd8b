import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestApp, goodPassword, type TestApp } from '../../../test/app.ts';
import type { Client } from '../../../test/client.ts';
import type { AuditEntry } from '../../../shared/api/audit.ts';

let app: TestApp;
let admin: Client;
let member: Client;
beforeAll(async () => {
  app = await createTestApp();
  admin = await app.person('admin');
  member = await app.person('+member');
});
afterAll(() => app.close());

const entries = async (query = ''): Promise<AuditEntry[]> => {
  await app.carrel.services.audit.drained();
  const { status, body } = await admin.get(`/api/admin/audit?limit=200${query}`);
  expect(status).toBe(200);
  return body.items;
};
const signIn = (login: string, password: string) => app.stranger().post('/api/auth/login', { login, password });

it('knows who signed up, in and out, from where, and never a password or what was typed as a name', async () => {
  expect((await signIn('+member@example.org', goodPassword)).status).toBe(200);
  expect((await signIn('+member@example.org', 'a wrong password 1')).status).toBe(401);
  expect((await signIn('my secret in the wrong field', 'a wrong password 2')).status).toBe(401);
  const leaving = app.stranger();
  leaving.signedIn(
    (await leaving.post('/api/auth/login', { login: '+member@example.org', password: goodPassword })).body,
  );
  await leaving.post('/api/auth/logout');
  await leaving.post('/api/auth/logout');
  const found = await entries();
  const of = (action: string) => found.filter((entry) => entry.action === action);
  expect(of('setup.done')[0]).toMatchObject({ actor: { id: admin.id, name: 'admin@example.org' } });
  expect(of('user.registered')[0]).toMatchObject({ actor: { id: member.id }, detail: { role: 'user' } });
  expect(of('sign_in.succeeded')[0]).toMatchObject({ actor: { id: member.id }, ip: '127.0.0.1' });
  expect(of('sign_out')).toHaveLength(1);
  expect(of('sign_in.failed')).toMatchObject([
    { actor: null, target: null, detail: { code: 'INVALID_CREDENTIALS' } },
    { actor: null, target: { kind: 'user', id: member.id, name: '+member@example.org' } },
  ]);
  for (const { request_id, user_agent } of found) expect([request_id, user_agent]).not.toContain(null);
  expect(JSON.stringify(found)).not.toMatch(/wrong password|wrong field|correct horse/);
});

it('filters by person, action, time and text, and turns pages under inserts', async () => {
  expect((await entries(`&actor=${member.id}`)).every(({ actor }) => actor?.id === member.id)).toBe(true);
  expect((await entries('&action=setup.done')).map(({ action }) => action)).toEqual(['setup.done']);
  expect(await entries('&from=2999-01-01T00:00:00Z')).toEqual([]);
  expect(await entries('&to=2001-01-01T00:00:00Z')).toEqual([]);
  expect((await entries('&q=MEMBER%40example')).length).toBeGreaterThan(2);
  expect(await entries("&q=%25'%20or%201%3D1%20--")).toEqual([]);
  const all = await entries();
  const first = (await admin.get('/api/admin/audit?limit=2')).body;
  await signIn('nobody', 'a wrong password 3');
  const second = (await admin.get(`/api/admin/audit?limit=2&cursor=${first.next_cursor}`)).body;
  expect([...first.items, ...second.items]).toEqual(all.slice(0, 4));
  for (const bad of ['cursor=1%27', 'cursor=-1', 'action=x', 'from=yesterday', 'actor=me'])
    expect([bad, (await admin.get(`/api/admin/audit?${bad}`)).status]).toEqual([bad, 400]);
});

it('exports with a note that it did, and cells do no harm', async () => {
  const csv = await admin.get<string>('/api/admin/audit/export?format=csv');
  expect(csv.headers.get('content-type')).toContain('text/csv');
  expect(csv.headers.get('content-disposition')).toBe('attachment; filename="audit.csv"');
  expect(csv.body).toContain(",'+member@example.org,");
  expect(csv.body).not.toMatch(/(^|,)"?[=+]/m);
  const file = await admin.fetch('GET', '/api/admin/audit/export?format=jsonl&action=audit.exported');
  const lines = (await file.text())
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as AuditEntry);
  expect(lines.map(({ detail }) => detail['format'])).toEqual(['csv', 'jsonl']);
  expect((await admin.get('/api/admin/audit/export?format=xml')).status).toBe(400);
  expect((await admin.get('/api/admin/audit/verify')).body).toMatchObject({ ok: true, broken_at: null });
});

it('is the admins’ alone: not members, strangers, nor keys of an admin; and nothing changes it', async () => {
  const key = (await admin.post('/api/auth/api-keys', { name: 'all', scopes: ['chat', 'models', 'files', 'metrics'] }))
    .body.key as string;
  for (const path of ['', '/export?format=csv', '/verify']) {
    const url = `/api/admin/audit${path}`;
    expect((await member.get(url)).body.code).toBe('ADMIN_REQUIRED');
    expect((await app.stranger().get(url)).body.code).toBe('AUTH_REQUIRED');
    expect((await app.stranger().get(url, { headers: { 'x-api-key': key } })).body.code).toBe('SCOPE_REQUIRED');
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE'])
      expect([405, 404]).toContain((await admin.call(method, url)).status);
  }
});

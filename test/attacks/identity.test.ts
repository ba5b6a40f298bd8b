import { afterAll, expect, it } from 'vitest';
import { createMailbox } from '../../server/features/notifications/outbox.fixture.ts';
import { createTestApp, goodPassword, type TestApp } from '../app.ts';
import type { Client } from '../client.ts';

const logs: string[] = [];
const app: TestApp = await createTestApp({ logs: (line) => void logs.push(line) });
const admin: Client = await app.person('admin');
afterAll(() => app.close());

const login = (body: object, headers: Record<string, string> = {}) =>
  app.stranger().post('/api/auth/login', body, { headers });

it('a sign-in says the same of a name that somebody has and one that nobody has', async () => {
  const person = await app.person('known');
  const answers = await Promise.all(
    [{ login: person.user?.email }, { login: 'nobody@example.org' }, { username: 'nobody' }, { email: 'x' }].map(
      (who) => login({ ...who, password: 'a wrong password entirely' }),
    ),
  );
  const [first, ...others] = answers.map(({ status, headers, body }) => ({
    status,
    cookies: headers.getSetCookie(),
    body: { ...body, request_id: null },
  }));
  expect(first).toMatchObject({ status: 401, cookies: [], body: { code: 'INVALID_CREDENTIALS' } });
  for (const other of others) expect(other).toEqual(first);
});

it('only who knows the password learns that an account is switched off', async () => {
  const person = await app.person('off');
  await admin.patch(`/api/admin/users/${person.id}`, { is_active: false });
  const email = person.user?.email;
  expect((await login({ login: email, password: 'a wrong password entirely' })).body.code).toBe('INVALID_CREDENTIALS');
  expect((await login({ login: email, password: goodPassword })).body.code).toBe('USER_INACTIVE');
});

it.each(['Ada\r\nlevel=50 forged', 'Ada\u001b[2Jgone', 'Ada\u0000', 'Ada\u009b31m'])(
  'a name that would steer a log or a terminal is no name: %j',
  async (name) => {
    const email = `n${Buffer.from(name).toString('hex')}@example.org`;
    const register = await app.stranger().post('/api/auth/register', { email, password: goodPassword, name });
    expect([register.status, register.body.code]).toEqual([400, 'VALIDATION_FAILED']);
    expect((await admin.patch('/api/users/me', { name })).status).toBe(400);
    expect((await login({ login: name, password: goodPassword })).status).toBe(400);
    expect((await admin.post('/api/admin/groups', { name })).status).toBe(400);
  },
);

it('nothing that is sent begins a new line of the log', async () => {
  const before = logs.length;
  await app.stranger().get('/api/%0d%0a{"level":60}%1b[2J?q=%0aforged');
  await login({ login: 'Ada', password: 'x\r\nforged\u001b[2J' }, { 'user-agent': 'forged\u009b31m' });
  const fresh = logs.slice(before);
  expect(fresh.length).toBeGreaterThan(1);
  for (const line of fresh) {
    // eslint-disable-next-line no-control-regex
    expect(line.trimEnd()).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/);
    expect(JSON.parse(line)).toMatchObject({ level: expect.any(Number) as number });
  }
});

it.each(['=cmd|calc', '+1+1', '-2+3', '@SUM(A1)'])(
  'a cell of an export that begins like a formula is text: %s',
  async (agent) => {
    await login({ login: 'nobody@example.org', password: goodPassword }, { 'user-agent': agent });
    await app.carrel.services.audit.drained();
    const { body } = await admin.get<string>('/api/admin/audit/export?format=csv');
    expect(body).toContain(`'${agent}`);
    expect(body).not.toContain(`,${agent}`);
    expect(body).not.toContain(`,"${agent}`);
  },
);

it('a whole key, password or token is in no table and no line of the log', async () => {
  const person = await app.person('secrets');
  const key = (await person.post('/api/auth/api-keys', { name: 'k' })).body.key as string;
  await person.get(`/api/conversations?api_key=${key}`);
  await app.stranger().get('/api/users/me', { headers: { 'x-api-key': key } });
  const { db } = app.carrel.database;
  const tables = await db.introspection.getTables();
  let dump = '';
  for (const { name } of tables)
    dump += JSON.stringify(
      await db
        .selectFrom(name as 'users')
        .selectAll()
        .execute()
        .catch(() => []),
    );
  expect(dump).toContain(person.id);
  for (const secret of [key, goodPassword, String(person.accessToken), ...person.cookies.values()]) {
    expect(dump).not.toContain(secret);
    expect(logs.join('')).not.toContain(secret);
  }
});

it('guessing the password on an open page is bound as guessing it at sign-in is, and each counts for the other', async () => {
  let later = 0;
  const limited = await createTestApp({
    env: { RATE_LIMIT_ENABLED: 'true', RATE_LIMIT_AUTH: '1000', RATE_LIMIT_PER_MINUTE: '1000' },
    overrides: { now: () => Date.now() + later, mail: createMailbox().driver },
  });
  try {
    const person = await limited.person();
    const next = 'another battery staple horse';
    const change = (current_password: string) =>
      person.post('/api/auth/password/change', { current_password, new_password: next });
    for (let n = 0; n < 5; n += 1)
      expect((await change(`a wrong password ${n}`)).body.code).toBe('INVALID_CREDENTIALS');
    const locked = await change(goodPassword);
    expect([locked.status, locked.body.code]).toEqual([429, 'ACCOUNT_LOCKED']);
    expect(Number(locked.headers.get('retry-after'))).toBeGreaterThan(0);
    const elsewhere = await limited
      .stranger()
      .post('/api/auth/login', { login: person.user?.email, password: goodPassword });
    expect(elsewhere.body.code).toBe('ACCOUNT_LOCKED');
    later += 15_001;
    expect((await change('short')).body.code).toBe('INVALID_CREDENTIALS');
    later += 30_001;
    expect((await change(goodPassword)).status).toBe(204);
  } finally {
    await limited.close();
  }
});

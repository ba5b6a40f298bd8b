import { generateSync } from 'otplib';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestApp, goodPassword, type TestApp } from '../../../test/app.ts';
import type { Answer, Client } from '../../../test/client.ts';
import { describeEachDatabase } from '../../../test/databases.ts';
import { minutes, seconds } from '../../lib/clock.ts';
import { createMailbox } from '../notifications/outbox.fixture.ts';

describeEachDatabase('second factor', (database) => {
  const mailbox = createMailbox();
  let app: TestApp;
  let clock = Date.now();
  beforeAll(async () => {
    app = await createTestApp({
      env: { DATABASE_URL: database().url },
      overrides: { mail: mailbox.driver, now: () => clock },
    });
    await app.person('admin');
  });
  afterAll(() => app.close());

  type Enrolled = { person: Client; email: string; secret: string; backup: string[] };
  const codeOf = (secret: string, steps = 0): string =>
    generateSync({ secret, epoch: Math.floor(clock / 1_000) + steps * 30 });
  /** A code that is surely wrong at this moment. */
  const wrongFor = (secret: string): string => {
    const right = new Set([-1, 0, 1].map((steps) => codeOf(secret, steps)));
    return ['000000', '111111', '222222', '333333'].find((code) => !right.has(code)) ?? '';
  };
  /** Somebody whose factor is on; the clock has moved past the code that was used for it. */
  async function enrolled(name: string): Promise<Enrolled> {
    const person = await app.person(name);
    const { body } = await person.post('/api/auth/totp/enroll');
    const { body: codes, status } = await person.post('/api/auth/totp/confirm', { code: codeOf(body.secret) });
    if (status !== 200) throw new Error(JSON.stringify(codes));
    clock += minutes(2);
    return { person, email: `${name}@example.org`, secret: body.secret, backup: codes.backup_codes };
  }
  async function challenge(email: string, agent = 'Browser/1'): Promise<string> {
    const { status, body } = await app
      .stranger()
      .post('/api/auth/login', { login: email, password: goodPassword }, { headers: { 'user-agent': agent } });
    expect([status, body.code]).toEqual([401, 'TOTP_REQUIRED']);
    return body.details.challenge;
  }
  const second = (token: unknown, code: unknown, agent = 'Browser/1'): Promise<Answer> =>
    app.stranger().post('/api/auth/login/totp', { challenge: token, code }, { headers: { 'user-agent': agent } });
  const tally = (answers: Answer[]): Record<string, number> => {
    const counts: Record<string, number> = {};
    for (const { status, body } of answers) {
      const name = status === 200 || status === 204 ? 'passed' : String(body.code);
      counts[name] = (counts[name] ?? 0) + 1;
    }
    return counts;
  };

  it('is on once a code has confirmed it, and asked for from then on', async () => {
    const person = await app.person('ada');
    const { body: enrolment } = await person.post('/api/auth/totp/enroll');
    expect(enrolment.otpauth_url).toContain(`secret=${enrolment.secret}`);
    expect((await person.get('/api/auth/totp')).body).toEqual({
      enabled: false,
      since: null,
      backup_codes_left: 0,
      required: false,
    });
    const login = () => app.stranger().post('/api/auth/login', { login: 'ada@example.org', password: goodPassword });
    expect((await login()).status).toBe(200);
    expect((await person.post('/api/auth/totp/confirm', { code: wrongFor(enrolment.secret) })).body.code).toBe(
      'TOTP_INVALID',
    );
    const { body } = await person.post('/api/auth/totp/confirm', { code: codeOf(enrolment.secret) });
    expect(new Set(body.backup_codes).size).toBe(10);
    expect((await person.get('/api/auth/totp')).body).toMatchObject({ enabled: true, backup_codes_left: 10 });
    expect((await person.get('/api/users/me')).body.totp_enabled).toBe(true);
    for (const path of ['enroll', 'confirm'])
      expect((await person.post(`/api/auth/totp/${path}`, path === 'confirm' ? { code: '000000' } : {})).status).toBe(
        409,
      );

    const asked = await login();
    expect([asked.status, asked.body.code, asked.headers.getSetCookie()]).toEqual([401, 'TOTP_REQUIRED', []]);
    await mailbox.next(/second factor was switched on/, 'ada@example.org');
    const rows = JSON.stringify(await database().db.selectFrom('second_factors').selectAll().execute());
    const hashes = JSON.stringify(await database().db.selectFrom('backup_codes').selectAll().execute());
    expect(rows).not.toContain(enrolment.secret);
    for (const code of body.backup_codes) expect(hashes).not.toContain(String(code).replace('-', ''));
  });

  it('lets in with the right code, and keeps what was asked for', async () => {
    const { email, secret } = await enrolled('right');
    const client = app.stranger();
    const { body } = await client.post('/api/auth/login', { login: email, password: goodPassword, remember: true });
    const answer = await client.post('/api/auth/login/totp', {
      challenge: body.details.challenge,
      code: codeOf(secret),
    });
    expect([answer.status, answer.body.user.email]).toEqual([200, email]);
    expect(answer.headers.getSetCookie().join()).toMatch(/max-age=\d{6,}/i);
    expect((await client.get('/api/auth/session')).body.user.totp_enabled).toBe(true);
  });

  it('takes one code once, 20 times at once, and for 90 s not again', async () => {
    const { email, secret } = await enrolled('once');
    const tokens = await Promise.all(Array.from({ length: 20 }, () => challenge(email)));
    const code = codeOf(secret);
    const answers = await Promise.all(tokens.map((token) => second(token, code)));
    expect(tally(answers)).toMatchObject({ passed: 1 });
    clock += minutes(16);
    const used = codeOf(secret, 1);
    expect((await second(await challenge(email), used)).status).toBe(200);
    for (let at = 0; at <= 90; at += 15) {
      expect((await second(await challenge(email), used)).body.code, `${at} s later`).toBe('TOTP_INVALID');
      clock += seconds(15);
    }
  });

  it('takes a backup code once, 20 times at once, in any spelling', async () => {
    const { email, backup, person } = await enrolled('backup');
    const tokens = await Promise.all(Array.from({ length: 20 }, () => challenge(email)));
    expect(tally(await Promise.all(tokens.map((token) => second(token, backup[0]))))).toMatchObject({ passed: 1 });
    clock += minutes(16);
    expect((await second(await challenge(email), backup[0])).body.code).toBe('TOTP_INVALID');
    const spelled = ` ${(backup[1] ?? '').toLowerCase().replace('-', ' ')} `;
    expect((await second(await challenge(email), spelled)).status).toBe(200);
    expect((await person.get('/api/auth/totp')).body.backup_codes_left).toBe(8);
    await mailbox.next(/backup code was used/, email);
  });

  it('takes no more after ten wrong codes, on every way to it, for a while', async () => {
    const { email, secret, person, backup } = await enrolled('locked');
    const wrong = wrongFor(secret);
    const token = await challenge(email);
    for (let n = 0; n < 4; n += 1) expect((await second(token, wrong)).body.code).toBe('TOTP_INVALID');
    for (let n = 0; n < 2; n += 1) {
      expect((await person.call('DELETE', '/api/auth/totp', { code: wrong })).body.code).toBe('TOTP_INVALID');
      expect((await person.post('/api/auth/totp/backup-codes', { code: wrong })).body.code).toBe('TOTP_INVALID');
      expect((await second(token, `AAAAA-AAAA${n + 2}`)).body.code).toBe('TOTP_INVALID');
    }
    const right = codeOf(secret);
    const locked = [
      await second(token, right),
      await second(await challenge(email), right),
      await second(token, backup[0]),
      await person.call('DELETE', '/api/auth/totp', { code: right }),
      await person.call('DELETE', '/api/auth/totp', { password: goodPassword }),
      await person.post('/api/auth/totp/backup-codes', { code: right }),
    ];
    expect(tally(locked)).toEqual({ ACCOUNT_LOCKED: 6 });
    expect(Number(locked[0]?.headers.get('retry-after'))).toBeGreaterThan(0);
    clock += minutes(15);
    expect((await second(await challenge(email), codeOf(secret))).status).toBe(200);
  });

  it('counts tries at once as it counts them one after the other', async () => {
    const { email, secret } = await enrolled('burst');
    const token = await challenge(email);
    const answers = await Promise.all(Array.from({ length: 30 }, () => second(token, wrongFor(secret))));
    expect(tally(answers)).toEqual({ TOTP_INVALID: 10, ACCOUNT_LOCKED: 20 });
  });

  it('binds a challenge to its person, its program and five minutes, and is no credential', async () => {
    const [ada, eve] = [await enrolled('bound'), await enrolled('eve')];
    expect((await second(await challenge(ada.email), codeOf(eve.secret))).body.code).toBe('TOTP_INVALID');
    const token = await challenge(ada.email);
    expect((await second(token, codeOf(ada.secret), 'Other/1')).body.code).toBe('SESSION_EXPIRED');
    const bearer = await app.stranger().get('/api/auth/session', { headers: { authorization: `Bearer ${token}` } });
    expect(bearer.status).toBe(401);
    clock += minutes(5);
    expect((await second(token, codeOf(ada.secret))).body.code).toBe('SESSION_EXPIRED');
    for (const odd of ['', [], [token], null, 7]) expect((await second(odd, '000000')).status).toBe(400);
    const last = await challenge(ada.email);
    expect((await second(last, codeOf(ada.secret))).status).toBe(200);
    expect((await second(last, ada.backup[0])).body.code).toBe('SESSION_EXPIRED');
  });

  it('is still asked for after a new password, whose mail also ends waiting sign-ins', async () => {
    const { email, secret } = await enrolled('reset');
    const waiting = await challenge(email);
    await app.stranger().post('/api/auth/password/forgot', { email });
    const { token } = mailbox.linkIn(await mailbox.next(/Set a new password/, email));
    const password = 'seven herons walk at dusk';
    expect((await app.stranger().post('/api/auth/password/reset', { token, password })).status).toBe(204);
    expect((await second(waiting, codeOf(secret))).body.code).toBe('SESSION_EXPIRED');
    const answer = await app.stranger().post('/api/auth/login', { login: email, password });
    expect([answer.status, answer.body.code]).toEqual([401, 'TOTP_REQUIRED']);
  });

  it('goes off for the password or a code alone', async () => {
    const { person, email, secret } = await enrolled('off');
    for (const body of [{}, undefined, { password: goodPassword, code: '000000' }])
      expect((await person.call('DELETE', '/api/auth/totp', body)).status).toBe(400);
    expect((await person.call('DELETE', '/api/auth/totp', { password: 'wrong wrong wrong' })).body.code).toBe(
      'INVALID_CREDENTIALS',
    );
    const renewed = await person.post('/api/auth/totp/backup-codes', { code: codeOf(secret) });
    expect(renewed.body.backup_codes).toHaveLength(10);
    expect((await person.call('DELETE', '/api/auth/totp', { password: goodPassword })).status).toBe(204);
    expect((await person.call('DELETE', '/api/auth/totp', { password: goodPassword })).body.code).toBe('CONFLICT');
    const answer = await app.stranger().post('/api/auth/login', { login: email, password: goodPassword });
    expect([answer.status, answer.body.user.totp_enabled]).toEqual([200, false]);
    await mailbox.next(/switched off/, email);
  });
});

import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestApp, goodPassword, type TestApp } from '../../../test/app.ts';
import type { Client } from '../../../test/client.ts';
import { hours } from '../../lib/clock.ts';
import { createMailbox } from '../notifications/outbox.fixture.ts';

const newPassword = 'seven herons walk at dusk';

/** As any program can: fetch does not let one choose the Host. */
function postAs(url: string, host: string, body: unknown): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const asked = request(
      `${url}/api/auth/password/forgot`,
      { method: 'POST', headers: { host, 'content-type': 'application/json', 'x-forwarded-host': 'evil.example' } },
      (response) => {
        response.resume();
        resolve(response.statusCode);
      },
    );
    asked.on('error', reject);
    asked.end(JSON.stringify(body));
  });
}

describe('forgotten passwords', () => {
  const mailbox = createMailbox();
  let app: TestApp;
  let ahead = 0;
  beforeAll(async () => {
    app = await createTestApp({
      env: { PUBLIC_URL: 'https://chat.example.org', ALLOWED_HOSTS: '' },
      overrides: { mail: mailbox.driver, now: () => Date.now() + ahead },
    });
    await app.person('admin');
  });
  afterAll(() => app.close());

  const forgot = (email: string) => app.stranger().post('/api/auth/password/forgot', { email });
  const reset = (token: unknown, password: string = newPassword) =>
    app.stranger().post('/api/auth/password/reset', { token, password });
  const login = (name: string, password: string) =>
    app.stranger().post('/api/auth/login', { login: `${name}@example.org`, password });
  /** A person with a token of theirs. */
  async function withToken(name: string): Promise<{ person: Client; token: string }> {
    const person = await app.person(name);
    await forgot(`${name}@example.org`);
    const mail = await mailbox.next(/new password/i, `${name}@example.org`);
    return { person, token: mailbox.linkIn(mail).token };
  }

  it('sends a link of the configured address, whose token works once and ends every session', async () => {
    const { person, token } = await withToken('ada');
    const mail = await mailbox.next(/new password/i, 'ada@example.org');
    expect(mailbox.linkIn(mail).url.href).toBe(`https://chat.example.org/reset#token=${token}`);
    expect(mail.html).toContain(`https://chat.example.org/reset#token=${token}`);
    const stored = await app.carrel.database.db.selectFrom('mail_tokens').selectAll().execute();
    const jobs = await app.carrel.database.db.selectFrom('jobs').select('payload').execute();
    expect(JSON.stringify([stored, jobs])).not.toContain(token);

    expect((await reset(token)).status).toBe(204);
    expect((await person.get('/api/auth/session')).status).toBe(401);
    expect((await login('ada', goodPassword)).body.code).toBe('INVALID_CREDENTIALS');
    expect((await login('ada', newPassword)).status).toBe(200);
    expect((await reset(token)).body).toMatchObject({ status: 400, code: 'INVALID_TOKEN' });
    await mailbox.next(/password was changed/, 'ada@example.org');
  });

  it('answers the same bytes and stores the same work for a known and an unknown address', async () => {
    await app.person('known');
    const answers = await Promise.all(['known@example.org', 'nobody@example.org'].map(forgot));
    expect(answers.map(({ status, body }) => [status, body])).toEqual([
      [202, ''],
      [202, ''],
    ]);
    const shown = answers.map(({ headers }) =>
      [...headers].filter(([name]) => !['date', 'x-request-id', 'content-security-policy'].includes(name)),
    );
    expect(shown[0]).toEqual(shown[1]);
    const jobs = await app.carrel.database.db
      .selectFrom('jobs')
      .select(['payload', 'queue', 'max_attempts'])
      .where('kind', '=', 'account.mail')
      .execute();
    const asked = ['known', 'nobody'].map((name) => jobs.filter(({ payload }) => payload.includes(`"${name}@`)));
    expect(asked.map((found) => found.length)).toEqual([1, 1]);
    await mailbox.next(/new password/i, 'known@example.org');
    expect(mailbox.mails.filter(({ to }) => to.startsWith('nobody'))).toEqual([]);
  });

  it('takes nothing from the request into the link', async () => {
    await app.person('host');
    expect(await postAs(app.url, 'evil.example', { email: 'host@example.org' })).toBeGreaterThanOrEqual(400);
    expect(await postAs(app.url, 'chat.example.org', { email: 'host@example.org' })).toBe(202);
    const mail = await mailbox.next(/new password/i, 'host@example.org');
    expect(JSON.stringify(mail)).not.toContain('evil');
    expect(mailbox.linkIn(mail).url.origin).toBe('https://chat.example.org');
  });

  it('writes in the language that the person chose, else in the one of who asks, else in English', async () => {
    const subjects: string[] = [];
    for (const [name, chosen, asked] of [
      ['plain', null, 'fr'],
      ['asks', null, 'fr, de-AT;q=0.9, en;q=0.5'],
      ['chose', 'de-CH', 'en'],
      ['stays', 'en', 'de'],
    ] as const) {
      const person = await app.person(name);
      if (chosen !== null) await person.put('/api/profile', { language: chosen });
      const email = `${name}@example.org`;
      await app.stranger().post('/api/auth/password/forgot', { email }, { headers: { 'accept-language': asked } });
      const { subject, text, html } = await mailbox.next(/./, email);
      subjects.push(subject);
      const german = subject.startsWith('Neues');
      expect(text).toContain(german ? `Guten Tag ${name},` : `Hello ${name},`);
      expect(html).toContain(`<html lang="${german ? 'de' : 'en'}">`);
    }
    expect(subjects).toEqual([
      'Set a new password',
      'Neues Passwort setzen',
      'Neues Passwort setzen',
      'Set a new password',
    ]);
  });

  it('refuses whatever is not a live token', async () => {
    const { token } = await withToken('shapes');
    for (const wrong of [
      undefined,
      '',
      null,
      [],
      [token],
      { token },
      0,
      true,
      `${token} `,
      token.slice(1),
      `${token.slice(0, -1)}${token.endsWith('A') ? 'B' : 'A'}`,
      "' or 1=1 --",
    ]) {
      expect((await reset(wrong)).body, JSON.stringify(wrong)).toMatchObject({ status: 400, code: 'INVALID_TOKEN' });
      expect((await app.stranger().post('/api/auth/email/verify', { token: wrong })).body).toMatchObject({
        status: 400,
        code: 'INVALID_TOKEN',
      });
    }
    // A token of one kind is none of the other.
    expect((await app.stranger().post('/api/auth/email/verify', { token })).body.code).toBe('INVALID_TOKEN');
    expect((await reset(token)).status).toBe(204);
  });

  it('lets one of two at once win', async () => {
    const { token } = await withToken('race');
    const passwords = ['first heron walks at dusk', 'second heron walks at dusk'];
    const answers = await Promise.all(passwords.map((each) => reset(token, each)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([204, 400]));
    const won = answers.findIndex(({ status }) => status === 204);
    expect((await login('race', passwords[won] ?? '')).status).toBe(200);
    expect((await login('race', passwords[1 - won] ?? '')).status).toBe(401);
  });

  it('keeps the token for another try when the password cannot be used, for an hour', async () => {
    const { token } = await withToken('late');
    expect((await reset(token, 'short')).body.code).toBe('PASSWORD_REJECTED');
    ahead += hours(1);
    expect((await reset(token)).body.code).toBe('INVALID_TOKEN');
  });

  it('sends a person one mail a minute at most', async () => {
    await app.person('patient');
    const mails = () => mailbox.mails.filter(({ to, subject }) => to.startsWith('patient') && /new/i.test(subject));
    await forgot('patient@example.org');
    await mailbox.next(/new password/i, 'patient@example.org');
    await forgot('patient@example.org');
    // Jobs of a queue run in the order that they came: this one is behind the one that sends nothing.
    await withToken('after');
    expect(mails()).toHaveLength(1);
    ahead += 61_000;
    await forgot('patient@example.org');
    await expect.poll(() => mails().length).toBe(2);
  });
});

describe('confirming an address', () => {
  const mailbox = createMailbox();
  let app: TestApp;
  beforeAll(async () => {
    app = await createTestApp({ env: { EMAIL_VERIFICATION: 'true' }, overrides: { mail: mailbox.driver } });
    await app.person('admin');
  });
  afterAll(() => app.close());

  it('comes before the first sign-in, and only once', async () => {
    const visitor = app.stranger();
    const answer = await visitor.post('/api/auth/register', { email: 'Ada@Example.org', password: goodPassword });
    expect([answer.status, Object.keys(answer.body), answer.body.user.email_verified]).toEqual([201, ['user'], false]);
    expect(visitor.cookies.size).toBe(0);
    const login = (password: string) => app.stranger().post('/api/auth/login', { login: 'ada@example.org', password });
    expect((await login(goodPassword)).body).toMatchObject({ status: 403, code: 'EMAIL_NOT_VERIFIED' });
    expect((await login('something else here')).body.code).toBe('INVALID_CREDENTIALS');

    const { url, token } = mailbox.linkIn(await mailbox.next(/Confirm/, 'ada@example.org'));
    expect(url.pathname).toBe('/verify');
    const verify = () => app.stranger().post('/api/auth/email/verify', { token });
    const both = await Promise.all([verify(), verify()]);
    expect(new Set(both.map(({ status }) => status))).toEqual(new Set([204, 400]));
    const signedIn = await login(goodPassword);
    expect([signedIn.status, signedIn.body.user.email_verified]).toEqual([200, true]);
  });

  it('locks no admin out', async () => {
    const answer = await app.stranger().post('/api/auth/login', { login: 'admin@example.org', password: goodPassword });
    expect([answer.status, answer.body.user.email_verified]).toEqual([200, false]);
  });

  it('answers the same to whoever asks for another mail', async () => {
    const answers = await Promise.all(
      ['nobody@example.org', 'admin@example.org'].map((email) =>
        app.stranger().post('/api/auth/email/resend', { email }),
      ),
    );
    expect(answers.map(({ status, body }) => [status, body])).toEqual([
      [202, ''],
      [202, ''],
    ]);
  });
});

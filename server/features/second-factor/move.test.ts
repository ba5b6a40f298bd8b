import { generateSync } from 'otplib';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestApp, goodPassword, type TestApp } from '../../../test/app.ts';
import type { Client } from '../../../test/client.ts';
import { describeEachDatabase } from '../../../test/databases.ts';
import { minutes } from '../../lib/clock.ts';
import { createMailbox } from '../notifications/outbox.fixture.ts';

/** To a new phone, by oneself, also where the factor cannot be switched off. */
describeEachDatabase('a second factor that moves', (database) => {
  const mailbox = createMailbox();
  let clock = Date.now();
  let app: TestApp;
  let admin: Client;
  beforeAll(async () => {
    app = await createTestApp({
      env: { DATABASE_URL: database().url },
      overrides: { mail: mailbox.driver, now: () => clock },
    });
    admin = await app.person('admin');
    await enrol(admin);
    await admin.patch('/api/settings/auth', { second_factor_roles: ['user'] });
  });
  afterAll(() => app.close());

  const codeOf = (secret: string): string => generateSync({ secret, epoch: Math.floor(clock / 1_000) });
  async function enrol(person: Client): Promise<{ secret: string; backup: string[] }> {
    const { secret } = (await person.post('/api/auth/totp/enroll')).body;
    const { backup_codes } = (await person.post('/api/auth/totp/confirm', { code: codeOf(secret) })).body;
    clock += minutes(2);
    return { secret, backup: backup_codes };
  }
  const move = (person: Client, code: string) => person.post('/api/auth/totp/move', { code });
  const confirm = (person: Client, code: string) => person.post('/api/auth/totp/confirm', { code });
  /** Whether a code signs in, as the second step. */
  async function signsIn(person: Client, code: string): Promise<boolean> {
    const { body } = await app
      .stranger()
      .post('/api/auth/login', { login: person.user?.email, password: goodPassword });
    const { status } = await app.stranger().post('/api/auth/login/totp', { challenge: body.details.challenge, code });
    clock += minutes(2);
    return status === 200;
  }

  it('holds on the old phone until the new one has shown a code, and then on the new one alone', async () => {
    const person = await app.person('ada');
    const old = await enrol(person);
    const begun = await move(person, codeOf(old.secret));
    expect([begun.status, begun.headers.get('cache-control')]).toEqual([200, 'no-store']);
    const { secret } = begun.body;
    expect(secret).not.toBe(old.secret);
    clock += minutes(2);
    expect(await signsIn(person, codeOf(secret))).toBe(false);
    expect(await signsIn(person, codeOf(old.secret))).toBe(true);

    const { status, body } = await confirm(person, codeOf(secret));
    expect([status, body.backup_codes.length]).toEqual([200, 10]);
    // The step that confirmed it is used.
    expect(await signsIn(person, codeOf(secret))).toBe(false);
    expect(await signsIn(person, codeOf(old.secret))).toBe(false);
    expect(await signsIn(person, String(old.backup[0]))).toBe(false);
    expect(await signsIn(person, codeOf(secret))).toBe(true);
    expect(await signsIn(person, body.backup_codes[0])).toBe(true);
    await mailbox.next(/moved to another device/, 'ada@example.org');
    await app.carrel.services.audit.drained();
    expect((await admin.get('/api/admin/audit?action=factor.moved')).body.items).toMatchObject([
      { actor: { id: person.id }, target: { id: person.id } },
    ]);
  });

  it('takes a backup code where the old phone is lost', async () => {
    const person = await app.person('ben');
    const { backup } = await enrol(person);
    const { secret } = (await move(person, String(backup[3]))).body;
    expect((await confirm(person, codeOf(secret))).status).toBe(200);
    expect((await person.get('/api/auth/totp')).body).toMatchObject({ enabled: true, backup_codes_left: 10 });
  });

  it('is not moved by the password, a wrong code, a used one, or by nobody', async () => {
    const person = await app.person('carl');
    const { secret } = await enrol(person);
    for (const body of [{ password: goodPassword }, {}, { code: goodPassword }, { code: 'AAAAA-AAAAA' }])
      expect((await person.post('/api/auth/totp/move', body)).status).toBeGreaterThanOrEqual(400);
    const code = codeOf(secret);
    const answers = await Promise.all(Array.from({ length: 8 }, () => move(person, code)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect((await app.stranger().post('/api/auth/totp/move', { code })).status).toBe(401);
  });

  it('is confirmed by the new phone’s code alone, within a quarter of an hour, and once', async () => {
    const person = await app.person('dora');
    const old = await enrol(person);
    expect((await confirm(person, codeOf(old.secret))).body.code).toBe('CONFLICT');
    const { secret } = (await move(person, codeOf(old.secret))).body;
    clock += minutes(2);
    expect((await confirm(person, codeOf(old.secret))).body.code).toBe('TOTP_INVALID');
    clock += minutes(16);
    expect((await confirm(person, codeOf(secret))).body.code).toBe('CONFLICT');
    const again = (await move(person, codeOf(old.secret))).body.secret;
    clock += minutes(2);
    const both = await Promise.all([confirm(person, codeOf(again)), confirm(person, codeOf(again))]);
    expect(both.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 409]);
  });

  it('counts wrong codes on this way, too: ten lock it with all others', async () => {
    const person = await app.person('emil');
    const { secret } = await enrol(person);
    for (let n = 0; n < 10; n += 1) expect((await move(person, 'AAAAA-AAAAA')).body.code).toBe('TOTP_INVALID');
    expect((await move(person, codeOf(secret))).body.code).toBe('ACCOUNT_LOCKED');
    expect((await person.call('DELETE', '/api/auth/totp', { code: codeOf(secret) })).status).toBeGreaterThanOrEqual(
      400,
    );
  });

  it('is not there to be moved where it is off, and a move ends with the factor', async () => {
    await admin.patch('/api/settings/auth', { second_factor_roles: [] });
    const person = await app.person('fred');
    expect((await move(person, '000000')).body.code).toBe('CONFLICT');
    const { secret } = await enrol(person);
    const moved = (await move(person, codeOf(secret))).body.secret;
    clock += minutes(2);
    expect((await person.call('DELETE', '/api/auth/totp', { code: codeOf(secret) })).status).toBe(204);
    await enrol(person);
    expect((await confirm(person, codeOf(moved))).body.code).toBe('CONFLICT');
  });
});

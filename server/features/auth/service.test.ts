import { expect, it } from 'vitest';
import { describeEachDatabase } from '../../../test/databases.ts';
import { newId } from '../../lib/ids.ts';
import { authOver, from, password } from './auth.fixture.ts';
import type { SignIn } from './sessions.ts';

const codeOf = (result: PromiseSettledResult<unknown>): unknown =>
  result.status === 'rejected' ? (result.reason as { code?: unknown }).code : 'done';

const count = (values: unknown[]): Record<string, number> =>
  values.reduce<Record<string, number>>(
    (counts, value) => ({ ...counts, [String(value)]: (counts[String(value)] ?? 0) + 1 }),
    {},
  );

function signIn(result: SignIn | { pending: unknown }): SignIn {
  if ('pending' in result) throw new Error('waits for approval');
  return result;
}

describeEachDatabase('accounts', (database) => {
  // In this order: the first test makes the admin that the others need.
  it('makes one first admin of 50 at once in five processes', async () => {
    const processes = [database(), ...Array.from({ length: 4 }, () => database().another())].map((connection) =>
      authOver(connection),
    );
    expect(await processes[0]?.auth.options()).toMatchObject({ setup_required: true });
    await expect(processes[0]?.auth.register({ email: 'early@example.org', password }, from())).rejects.toMatchObject({
      code: 'SETUP_REQUIRED',
    });

    const tries = processes.flatMap(({ auth }, at) =>
      Array.from({ length: 10 }, (_, n) => auth.setup({ email: `admin-${at}-${n}@example.org`, password }, from())),
    );
    expect(count((await Promise.allSettled(tries)).map(codeOf))).toEqual({ done: 1, SETUP_DONE: 49 });

    const users = await database().db.selectFrom('users').select('role').execute();
    expect(users).toEqual([{ role: 'admin' }]);
    expect(processes.flatMap(({ published }) => published)).toEqual([
      ['user.signup', expect.objectContaining({ role: 'admin' })],
      ['session.started', expect.objectContaining({ session_id: expect.any(String) })],
      ['sign_in.succeeded', { user_id: expect.any(String) as string, method: 'sign-up' }],
    ]);
    for (const { auth } of processes) expect(await auth.options()).toMatchObject({ setup_required: false });
  });

  it('makes one account of many at once with the same e-mail, or the same user name', async () => {
    const { auth } = authOver(database());
    const sameEmail = Array.from({ length: 8 }, () => auth.register({ email: 'twin@example.org', password }, from()));
    expect(count((await Promise.allSettled(sameEmail)).map(codeOf))).toEqual({ done: 1, EMAIL_EXISTS: 7 });
    // E-mails that look like the name of a key, so that an engine's message about one is not taken for the other's.
    const sameName = Array.from({ length: 8 }, (_, n) =>
      auth.register({ email: `users_email${n}@example.org`, username: n % 2 ? 'Twin' : 'twin', password }, from()),
    );
    expect(count((await Promise.allSettled(sameName)).map(codeOf))).toEqual({ done: 1, USERNAME_EXISTS: 7 });
  });

  it('finds people by e-mail and user name in any case, and by nothing else', async () => {
    const { auth } = authOver(database());
    await auth.register({ email: 'ada@example.org', username: 'Ada', password }, from());
    for (const login of ['ada@example.org', 'ADA@Example.Org', 'ada', 'ADA']) {
      expect((await auth.login({ login, password, remember: false }, from())).answer.user).toMatchObject({
        email: 'ada@example.org',
        username: 'Ada',
        name: 'Ada',
      });
    }
    for (const [login, tried] of [
      ['ada', `${password}!`],
      ['nobody', password],
      ['nobody@example.org', password],
      ["' or 1=1 --", password],
      ['%', password],
    ] as const) {
      await expect(auth.login({ login, password: tried, remember: false }, from())).rejects.toMatchObject({
        code: 'INVALID_CREDENTIALS',
        details: undefined,
      });
    }
  });

  it('tells only who knows the password that an account waits or is switched off', async () => {
    const { auth } = authOver(database(), { signup: 'approval' });
    const result = await auth.register({ email: 'grace@example.org', password }, from());
    expect(result).toEqual({ pending: expect.objectContaining({ email: 'grace@example.org', role: 'pending' }) });
    const login = (tried: string): Promise<SignIn> =>
      auth.login({ login: 'grace@example.org', password: tried, remember: false }, from());
    await expect(login(password)).rejects.toMatchObject({ code: 'USER_PENDING' });
    await expect(login('something else here')).rejects.toMatchObject({ code: 'INVALID_CREDENTIALS' });
    await database()
      .db.updateTable('users')
      .set({ role: 'user', is_active: 0 })
      .where('email', '=', 'grace@example.org')
      .execute();
    await expect(login(password)).rejects.toMatchObject({ code: 'USER_INACTIVE' });
    await expect(login('something else here')).rejects.toMatchObject({ code: 'INVALID_CREDENTIALS' });
  });

  it.each(['closed', 'invite'] as const)('makes no account where sign-up is %s', async (signup) => {
    const { auth } = authOver(database(), { signup });
    await expect(auth.register({ email: `${signup}@example.org`, password }, from())).rejects.toMatchObject({
      code: 'SIGNUP_DISABLED',
    });
  });

  it('changes names, and refuses those that are taken', async () => {
    const { auth } = authOver(database());
    const { answer } = signIn(await auth.register({ email: 'alan@example.org', password }, from()));
    await auth.register({ email: 'other@example.org', username: 'taken', password }, from());
    const { actor } = await auth.byBearer(String(answer.access_token), from().client);
    expect(await auth.updateMe(actor, { name: 'Alan', username: 'alan' })).toMatchObject({
      name: 'Alan',
      username: 'alan',
    });
    expect(await auth.updateMe(actor, { username: 'Alan' })).toMatchObject({ name: 'Alan', username: 'Alan' });
    await expect(auth.updateMe(actor, { username: 'TAKEN' })).rejects.toMatchObject({ code: 'USERNAME_EXISTS' });
    expect(await auth.updateMe(actor, {})).toMatchObject({ username: 'Alan' });
    expect(await auth.updateMe(actor, { username: null })).toMatchObject({ username: null });
    expect(await auth.me(actor)).toMatchObject({ name: 'Alan', username: null });
  });

  it('changes the password, and ends every other session with the old one', async () => {
    const { auth, published } = authOver(database());
    const first = signIn(await auth.register({ email: 'kurt@example.org', password }, from()));
    const second = await auth.login({ login: 'kurt@example.org', password, remember: false }, from());
    const here = await auth.byBearer(String(second.answer.access_token), from().client);
    const next = 'another horse, another staple';
    await expect(
      auth.changePassword(here.actor, { current_password: next, new_password: next }, from().client),
    ).rejects.toMatchObject({ code: 'INVALID_CREDENTIALS' });
    await expect(
      auth.changePassword(here.actor, { current_password: password, new_password: 'short' }, from().client),
    ).rejects.toMatchObject({
      code: 'PASSWORD_REJECTED',
      details: { fields: [{ path: 'new_password', message: expect.stringContaining('15') as string }] },
    });
    await auth.changePassword(here.actor, { current_password: password, new_password: next }, from().client);
    await expect(auth.byCookie(String(first.cookie?.value))).rejects.toMatchObject({ code: 'SESSION_EXPIRED' });
    expect((await auth.byCookie(String(second.cookie?.value))).user.email).toBe('kurt@example.org');
    expect(published.filter(([name]) => name === 'session.revoked')).toHaveLength(1);
    await expect(auth.login({ login: 'kurt@example.org', password, remember: false }, from())).rejects.toMatchObject({
      code: 'INVALID_CREDENTIALS',
    });
    expect(
      (await auth.login({ login: 'kurt@example.org', password: next, remember: false }, from())).answer.user.email,
    ).toBe('kurt@example.org');
  });

  it('asks for the code of the console when setting up from elsewhere, unless it is done', async () => {
    const { auth } = authOver(database());
    const elsewhere = { ...from(), isLocal: false };
    await expect(auth.setup({ email: 'late@example.org', password }, elsewhere)).rejects.toMatchObject({
      code: 'SETUP_DONE',
    });
    await database().db.deleteFrom('settings').execute();
    const fresh = authOver(database()).auth;
    for (const setup_code of [undefined, '', 'AAAA-AAAA-AAAA', `${fresh.setupCode()}A`]) {
      await expect(fresh.setup({ email: 'late@example.org', password, setup_code }, elsewhere)).rejects.toMatchObject({
        code: 'FORBIDDEN',
        details: { fields: [{ path: 'setup_code' }] },
      });
    }
    const setup_code = fresh.setupCode().toLowerCase().replaceAll('-', ' ');
    expect((await fresh.setup({ email: 'late@example.org', password, setup_code }, elsewhere)).answer.user.role).toBe(
      'admin',
    );
  });

  it('stores no password and no secret of a session as it is', async () => {
    const { auth } = authOver(database());
    const { cookie } = signIn(await auth.register({ email: 'hedy@example.org', password }, from()));
    const rows = JSON.stringify([
      await database().db.selectFrom('users').selectAll().execute(),
      await database().db.selectFrom('sessions').selectAll().execute(),
    ]);
    expect(rows).not.toContain(password);
    expect(rows).not.toContain(String(cookie?.value));
    expect(rows).toContain('$argon2id$');
  });

  it('does not mind a session that never was', async () => {
    const { auth } = authOver(database());
    await expect(auth.byCookie('x')).rejects.toMatchObject({ code: 'SESSION_EXPIRED' });
    await expect(
      auth.endSession(
        { userId: newId(), role: 'user', scopes: new Set(), sessionId: null, via: 'cookie', lacksSecondFactor: false },
        newId(),
      ),
    ).resolves.toBeUndefined();
  });
});

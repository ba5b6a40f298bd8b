import { expect, it } from 'vitest';
import { describeEachDatabase } from '../../../test/databases.ts';
import type { Config } from '../../config.ts';
import type { Client } from '../../http-kit/client.ts';
import { days, minutes, seconds, toIso } from '../../lib/clock.ts';
import { newId } from '../../lib/ids.ts';
import { usernameKey } from './accounts.ts';
import { authOver, client, from, password, START } from './auth.fixture.ts';
import { createPasswords } from './passwords.ts';

const passwordHash = await createPasswords().hash(password);

describeEachDatabase('sessions', (database) => {
  async function newPerson(): Promise<string> {
    const name = `p${newId()}`;
    const email = `${name}@example.org`;
    const row = {
      username: name,
      username_key: usernameKey(name),
      name,
      role: 'user',
      is_active: 1,
      password_hash: passwordHash,
      email_verified: 0,
    } as const;
    await database()
      .db.insertInto('users')
      .values({ id: newId(), email, ...row, created_at: START, updated_at: START, last_active_at: null })
      .execute();
    return email;
  }

  /** Somebody new who has signed in, and ways to come back. */
  async function person(
    config: Partial<Config['auth']> = {},
    options: { remember?: boolean; client?: Partial<Client> } = {},
  ) {
    const email = await newPerson();
    const { auth, clock, published } = authOver(database(), config);
    const login = ({ remember = false } = {}) => auth.login({ login: email, password, remember }, from(options.client));
    const { answer, cookie } = await login(options);
    if (!cookie || answer.access_token === undefined) throw new Error('expected both');
    const byCookie = () => auth.byCookie(cookie.value);
    const { actor } = await byCookie();
    const again = async (other?: { remember: boolean }) =>
      (await auth.byCookie(String((await login(other)).cookie?.value))).actor;
    return { auth, clock, published, email, answer, cookie, token: answer.access_token, byCookie, actor, again };
  }

  it('end when they are idle, and slide with use', async () => {
    const { byCookie, clock } = await person();
    clock.at += minutes(59);
    await byCookie();
    clock.at += minutes(59);
    await byCookie();
    clock.at += minutes(60);
    await expect(byCookie()).rejects.toMatchObject({ code: 'SESSION_EXPIRED' });
  });

  it('end at the absolute limit whatever their use', async () => {
    const { byCookie, clock } = await person({ idleMs: days(20), absoluteMs: days(30) });
    clock.at += days(19);
    await byCookie();
    clock.at += days(11) - 1;
    await byCookie();
    clock.at += 1;
    await expect(byCookie()).rejects.toMatchObject({ code: 'SESSION_EXPIRED' });
  });

  it('end when they are idle in session mode, also where somebody asked to stay signed in', async () => {
    const email = await newPerson();
    const { auth, clock } = authOver(database(), { mode: 'session' });
    const { cookie, refreshCookie } = await auth.login({ login: email, password, remember: true }, from());
    expect([cookie?.maxAgeSeconds, refreshCookie]).toEqual([30 * 86_400, null]);
    clock.at += minutes(60);
    await expect(auth.byCookie(String(cookie?.value))).rejects.toMatchObject({ code: 'SESSION_EXPIRED' });
    await auth.removeExpiredSessions();
    await expect(auth.refresh({ refresh: 'x' }, client())).rejects.toMatchObject({ code: 'AUTH_REQUIRED' });
  });

  it('may be without an absolute limit', async () => {
    const { byCookie, clock, cookie, auth, actor } = await person(
      { idleMs: days(4_001), absoluteMs: Number.MAX_SAFE_INTEGER },
      { remember: true },
    );
    expect(cookie.maxAgeSeconds).toBe(400 * 86_400);
    clock.at += days(4_000);
    await byCookie();
    expect(Date.parse((await auth.session(actor)).expires_at)).toBeGreaterThan(clock.at);
  });

  it('note their use at most once a minute', async () => {
    const { byCookie, clock, auth, actor } = await person();
    const lastSeen = async (): Promise<string | undefined> =>
      (await auth.sessions(actor, { limit: 50 })).items[0]?.last_seen_at;
    clock.at += seconds(59);
    await byCookie();
    expect(await lastSeen()).toBe(toIso(START));
    clock.at += seconds(1);
    await byCookie();
    expect(await lastSeen()).toBe(toIso(START + minutes(1)));
    expect((await auth.me(actor)).last_active_at).toBe(toIso(START + minutes(1)));
  });

  it('slide with access tokens too, whose own time is short', async () => {
    const { auth, clock, token } = await person();
    clock.at += seconds(899);
    expect((await auth.byBearer(token, client())).actor.via).toBe('bearer');
    clock.at += seconds(1);
    await expect(auth.byBearer(token, client())).rejects.toMatchObject({ code: 'TOKEN_EXPIRED' });
  });

  it('take their access tokens with them', async () => {
    const { auth, token, actor, byCookie, published } = await person();
    await auth.logout(actor);
    await expect(auth.byBearer(token, client())).rejects.toMatchObject({ code: 'TOKEN_REVOKED' });
    await expect(byCookie()).rejects.toMatchObject({ code: 'SESSION_EXPIRED' });
    expect(published).toContainEqual(['session.revoked', { user_id: actor.userId, session_id: actor.sessionId }]);
  });

  it('of somebody who is switched off are void, and show a new role at once', async () => {
    const { auth, token, actor, byCookie } = await person();
    const set = (changes: object) =>
      database().db.updateTable('users').set(changes).where('id', '=', actor.userId).execute();
    await set({ role: 'pending' });
    expect((await auth.byBearer(token, client())).actor.role).toBe('pending');
    await set({ is_active: 0 });
    await expect(byCookie()).rejects.toMatchObject({ code: 'USER_INACTIVE' });
    await expect(auth.byBearer(token, client())).rejects.toMatchObject({ code: 'USER_INACTIVE' });
  });

  it('are listed newest first, in pages, with the one that asks marked; others see none of them', async () => {
    const { auth, actor, again } = await person();
    const stranger = await person();
    const second = await again();
    const third = await again();
    const all = await auth.sessions(actor, { limit: 50 });
    expect(all.items.map(({ id, current }) => [id, current])).toEqual([
      [third.sessionId, false],
      [second.sessionId, false],
      [actor.sessionId, true],
    ]);
    expect(all.next_cursor).toBeNull();
    const page = await auth.sessions(actor, { limit: 2 });
    expect(page.next_cursor).toBe(second.sessionId);
    expect(
      (await auth.sessions(actor, { limit: 2, cursor: String(page.next_cursor) })).items.map(({ id }) => id),
    ).toEqual([actor.sessionId]);

    await stranger.auth.endSession(stranger.actor, String(second.sessionId));
    expect((await auth.sessions(actor, { limit: 50 })).items).toHaveLength(3);
    await auth.endSession(actor, String(second.sessionId));
    await auth.endSession(actor, String(second.sessionId));
    expect((await auth.sessions(actor, { limit: 50 })).items).toHaveLength(2);
    await auth.logoutAll(actor);
    await expect(auth.session(actor)).rejects.toMatchObject({ code: 'SESSION_EXPIRED' });
    await stranger.byCookie();
  });

  it('are not continued by a new sign-in in the same browser', async () => {
    const { auth, email, cookie, byCookie } = await person();
    await auth.login({ login: email, password, remember: false }, { ...from(), replaces: { session: cookie.value } });
    await expect(byCookie()).rejects.toMatchObject({ code: 'SESSION_EXPIRED' });
  });

  it('are removed when their time is over, and only then', async () => {
    const { auth, clock, again } = await person();
    const kept = await again({ remember: true });
    clock.at += minutes(61);
    await auth.removeExpiredSessions();
    const left = await database().db.selectFrom('sessions').select('id').where('user_id', '=', kept.userId).execute();
    expect(left).toEqual([{ id: kept.sessionId }]);
  });

  it('bind the access tokens of browsers to their headers', async () => {
    const browser = { isBrowser: true, userAgent: 'Firefox', acceptLanguage: 'de' };
    const { auth, token } = await person({}, { client: browser });
    await auth.byBearer(token, client(browser));
    await expect(auth.byBearer(token, client({ ...browser, userAgent: 'curl' }))).rejects.toMatchObject({
      code: 'TOKEN_REVOKED',
    });
    await expect(auth.byBearer(token, client({ ...browser, acceptLanguage: 'en' }))).rejects.toMatchObject({
      code: 'TOKEN_REVOKED',
    });
    const unbound = await person();
    await unbound.auth.byBearer(unbound.token, client({ userAgent: 'anything' }));
    const all = await person({ fingerprint: 'all' });
    await expect(all.auth.byBearer(all.token, client({ userAgent: 'anything' }))).rejects.toMatchObject({
      code: 'TOKEN_REVOKED',
    });
  });

  it('have what AUTH_MODE says: no access tokens, or no cookie', async () => {
    const email = await newPerson();
    const signIn = (mode: Config['auth']['mode']) =>
      authOver(database(), { mode }).auth.login({ login: email, password, remember: false }, from());
    const [session, bearer] = [await signIn('session'), await signIn('bearer')];
    expect(session.answer).not.toHaveProperty('access_token');
    expect(session.cookie).not.toBeNull();
    expect(bearer.answer.access_token).toMatch(/^ey/);
    expect(bearer.cookie).toBeNull();
  });

  it('have a CSRF token that is theirs alone', async () => {
    const [one, two] = [await person(), await person()];
    const { csrf_token: token } = one.answer;
    expect(one.auth.isCsrfToken(String(one.actor.sessionId), token)).toBe(true);
    expect((await one.byCookie()).csrfToken).toBe(token);
    expect((await one.auth.session(one.actor)).csrf_token).toBe(token);
    for (const wrong of [two.answer.csrf_token, '', undefined, [token], `${token}a`]) {
      expect(one.auth.isCsrfToken(String(one.actor.sessionId), wrong)).toBe(false);
    }
  });
});

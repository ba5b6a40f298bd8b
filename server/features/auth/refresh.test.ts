import { expect, it } from 'vitest';
import { describeEachDatabase } from '../../../test/databases.ts';
import type { Config } from '../../config.ts';
import { days, minutes, seconds } from '../../lib/clock.ts';
import { newId } from '../../lib/ids.ts';
import { authOver, client, from, password } from './auth.fixture.ts';

describeEachDatabase('refresh tokens', (database) => {
  /** Somebody who has signed in; `processes` are further ones over the same database, with the same clock. */
  async function person(config: Partial<Config['auth']> = {}, { remember = false } = {}) {
    const { auth, clock, published } = authOver(database(), config);
    if (await auth.isSetupPending())
      await auth.setup({ email: `${newId()}@example.org`, password }, { ...from(), isLocal: true });
    const email = `${newId()}@example.org`;
    await auth.register({ email, password }, from());
    const signIn = await auth.login({ login: email, password, remember }, from());
    const token = String(signIn.refreshCookie?.value);
    const session = signIn.cookie?.value;
    const refresh = (refreshToken: string) => auth.refresh({ session, refresh: refreshToken }, client());
    const { actor } = await auth.byBearer(String(signIn.answer.access_token), client());
    return { auth, clock, published, email, signIn, token, session, refresh, actor };
  }
  const next = ({ refreshCookie }: { refreshCookie: { value: string } | null }): string => String(refreshCookie?.value);

  it('are replaced at each use, in the same session', async () => {
    const { auth, refresh, token, session, signIn, actor } = await person();
    const second = await refresh(token);
    const third = await refresh(next(second));
    expect(new Set([token, next(second), next(third)]).size).toBe(3);
    expect(third.answer).toMatchObject({ csrf_token: signIn.answer.csrf_token, token_type: 'bearer', expires_in: 900 });
    expect(third.cookie?.value).toBe(session);
    const { actor: again } = await auth.byBearer(String(third.answer.access_token), client());
    expect(again.sessionId).toBe(actor.sessionId);
  });

  it('are not in the database', async () => {
    const { refresh, token } = await person();
    const stored = JSON.stringify(await database().db.selectFrom('refresh_tokens').selectAll().execute());
    expect(stored).not.toContain(token);
    expect(stored).not.toContain(next(await refresh(token)));
  });

  it('let 20 tabs at once, in three processes, stay signed in with one and the same token', async () => {
    const { auth, token, session, actor } = await person();
    const others = [1, 2].map(() => authOver(database().another()).auth);
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, n) =>
        ([auth, ...others][n % 3] ?? auth).refresh({ session, refresh: token }, client()),
      ),
    );
    expect(new Set(answers.map(next)).size).toBe(1);
    expect(new Set(answers.map(({ cookie }) => cookie?.value))).toEqual(new Set([session]));
    for (const { answer } of answers)
      expect((await auth.byBearer(String(answer.access_token), client())).actor.sessionId).toBe(actor.sessionId);
    expect(next(await auth.refresh({ session, refresh: String(answers.map(next)[0]) }, client()))).not.toBe(token);
  });

  it('give a lost session cookie back, the same one to 20 tabs at once', async () => {
    const { auth, token, actor } = await person();
    const answers = await Promise.all(Array.from({ length: 20 }, () => auth.refresh({ refresh: token }, client())));
    const secrets = new Set(answers.map(({ cookie }) => String(cookie?.value)));
    expect(secrets.size).toBe(1);
    expect((await auth.byCookie(String([...secrets][0]))).actor.sessionId).toBe(actor.sessionId);
  });

  it('within the grace lead to the newest of the family, however far it is', async () => {
    const { refresh, token, clock } = await person();
    const third = next(await refresh(next(await refresh(token))));
    clock.at += seconds(10);
    expect(next(await refresh(token))).toBe(third);
  });

  it('that come back after the grace end the family once, whoever has which', async () => {
    const { auth, refresh, token, clock, session, actor, signIn, published } = await person();
    const newest = next(await refresh(token));
    clock.at += seconds(10) + 1;
    const replays = await Promise.allSettled(Array.from({ length: 20 }, () => refresh(token)));
    const codes = replays.map((result) =>
      result.status === 'rejected' ? (result.reason as { code: string }).code : 'ok',
    );
    expect(codes).toContain('TOKEN_REVOKED');
    expect(codes.filter((code) => code !== 'TOKEN_REVOKED' && code !== 'SESSION_EXPIRED')).toEqual([]);
    await expect(refresh(newest)).rejects.toMatchObject({ code: 'SESSION_EXPIRED' });
    await expect(auth.byCookie(String(session))).rejects.toMatchObject({ code: 'SESSION_EXPIRED' });
    await expect(auth.byBearer(String(signIn.answer.access_token), client())).rejects.toMatchObject({
      code: 'TOKEN_REVOKED',
    });
    const event = { user_id: actor.userId, session_id: actor.sessionId };
    expect(published.filter(([name]) => name === 'session.family_revoked')).toEqual([
      ['session.family_revoked', event],
    ]);
    expect(published.filter(([name]) => name === 'session.revoked')).toEqual([['session.revoked', event]]);
  });

  it('of generations ago end the family too, and leave the other sessions of the person alone', async () => {
    const { auth, refresh, token, clock, email } = await person();
    const other = await auth.login({ login: email, password, remember: false }, from());
    let newest = token;
    for (let n = 0; n < 5; n += 1) {
      newest = next(await refresh(newest));
      clock.at += minutes(1);
    }
    await expect(refresh(token)).rejects.toMatchObject({ code: 'TOKEN_REVOKED' });
    await expect(refresh(newest)).rejects.toMatchObject({ code: 'SESSION_EXPIRED' });
    await auth.byCookie(String(other.cookie?.value));
  });

  it('wake a session that was to stay signed in, up to its absolute limit', async () => {
    const { auth, refresh, token, clock, session } = await person({}, { remember: true });
    clock.at += days(20);
    await expect(auth.byCookie(String(session))).rejects.toMatchObject({ code: 'SESSION_EXPIRED' });
    await auth.removeExpiredSessions();
    const { cookie, refreshCookie } = await refresh(token);
    expect([cookie?.maxAgeSeconds, refreshCookie?.maxAgeSeconds]).toEqual([10 * 86_400, 10 * 86_400]);
    const { actor } = await auth.byCookie(String(session));
    expect((await auth.sessions(actor, { limit: 10 })).items[0]).toMatchObject({ current: true, remember: true });
    clock.at += days(10) - 1;
    const last = next(await refresh(String(refreshCookie?.value)));
    clock.at += 1;
    await expect(refresh(last)).rejects.toMatchObject({ code: 'SESSION_EXPIRED' });
  });

  it('wake no other session', async () => {
    const { refresh, token, clock } = await person();
    clock.at += minutes(59);
    const second = next(await refresh(token));
    clock.at += minutes(60);
    await expect(refresh(second)).rejects.toMatchObject({ code: 'SESSION_EXPIRED' });
  });

  it('end after their own time', async () => {
    const { auth, refresh, token, clock } = await person({ refreshMs: days(1) }, { remember: true });
    clock.at += days(1);
    await expect(refresh(token)).rejects.toMatchObject({ code: 'SESSION_EXPIRED' });
    await auth.removeExpiredSessions();
    await expect(refresh(token)).rejects.toMatchObject({ code: 'SESSION_EXPIRED' });
  });

  it('die with the session, and do nothing for somebody who is switched off', async () => {
    const { auth, refresh, token, actor } = await person();
    await database().db.updateTable('users').set({ is_active: 0 }).where('id', '=', actor.userId).execute();
    await expect(refresh(token)).rejects.toMatchObject({ code: 'USER_INACTIVE' });
    await database().db.updateTable('users').set({ is_active: 1 }).where('id', '=', actor.userId).execute();
    const newest = next(await refresh(token));
    await auth.logout(actor);
    await expect(refresh(newest)).rejects.toMatchObject({ code: 'SESSION_EXPIRED' });
  });

  it('and a sign-out at the same time leave nothing that lives', async () => {
    for (let n = 0; n < 10; n += 1) {
      const { auth, token, session, actor } = await person();
      const refreshes = Array.from({ length: 4 }, () => auth.refresh({ session, refresh: token }, client()));
      const [results] = await Promise.all([Promise.allSettled(refreshes), auth.logout(actor)]);
      const codes = results.flatMap((result) =>
        result.status === 'rejected' ? [(result.reason as { code: unknown }).code] : [],
      );
      expect(codes.filter((code) => code !== 'SESSION_EXPIRED')).toEqual([]);
      const left = await database()
        .db.selectFrom('refresh_tokens')
        .select('token_hash')
        .where('session_id', '=', String(actor.sessionId))
        .execute();
      expect(left).toEqual([]);
    }
  });

  it('are replaced by a new sign-in in the same browser', async () => {
    const { auth, email, token, refresh } = await person({ mode: 'bearer' });
    await auth.login({ login: email, password, remember: false }, { ...from(), replaces: { refresh: token } });
    await expect(refresh(token)).rejects.toMatchObject({ code: 'SESSION_EXPIRED' });
  });

  it.each(['', 'x', 'a'.repeat(43), "' or 1=1 --"])('that nobody made are refused: %j', async (forged) => {
    const { refresh } = await person();
    await expect(refresh(forged)).rejects.toMatchObject({ code: 'SESSION_EXPIRED' });
  });
});

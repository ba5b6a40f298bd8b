import { createHash, randomBytes } from 'node:crypto';
import type { SignedIn, User } from '../../../shared/api/auth.ts';
import { scopes, type Scope } from '../../../shared/permissions.ts';
import type { Config } from '../../config.ts';
import type { Users } from '../../db/schema-identity.ts';
import type { InTransaction } from '../../db/transaction.ts';
import type { Actor } from '../../http-kit/actor.ts';
import type { Client } from '../../http-kit/client.ts';
import type { SessionCookie } from '../../http-kit/cookies.ts';
import { days, minutes, toIso, type Clock } from '../../lib/clock.ts';
import { AppError } from '../../lib/errors.ts';
import { newId } from '../../lib/ids.ts';
import type { Logger } from '../../lib/logger.ts';
import type { EventBus } from '../../platform/events/driver.ts';
import type { LiveSettings } from '../settings/service.ts';
import type { createCsrf } from './csrf.ts';
import type { Fingerprints } from './fingerprint.ts';
import { presentUser } from './present.ts';
import type { RefreshTokenService } from './refresh-tokens.ts';
import { createAuthRepository, type AuthRepository, type Device, type SessionWithUser } from './repository.ts';
import type { Tokens } from './tokens.ts';

type Deps = {
  repository: AuthRepository;
  inTransaction: InTransaction;
  tokens: Tokens;
  refreshTokens: RefreshTokenService;
  csrf: ReturnType<typeof createCsrf>;
  fingerprints: Fingerprints;
  mode: Config['auth']['mode'];
  settings: () => Promise<LiveSettings<'auth'>>;
  /** Whether a person's role needs a second factor that they do not have. */
  lacksSecondFactor: (user: Users) => Promise<boolean>;
  events: EventBus;
  logger: Logger;
  now: Clock;
};

/** Who was found behind a credential, and what their page needs to go on. */
export type Authenticated = { actor: Actor; user: User; csrfToken: string | null };

/** A fresh sign-in: what is answered, and the cookies to set where AUTH_MODE has them. */
export type SignIn = {
  sessionId: string;
  answer: SignedIn;
  cookie: SessionCookie | null;
  refreshCookie: SessionCookie | null;
};

/** The cookies that a sign-in replaces, or that a refresh comes with. */
export type Cookies = { session?: string | undefined; refresh?: string | undefined };

const adminScopes: ReadonlySet<Scope> = new Set(scopes);
/** The figures of the instance are for its admins, whatever the credential. */
const memberScopes: ReadonlySet<Scope> = new Set(scopes.filter((scope) => scope !== 'metrics'));

/** `last_seen_at` is written at most this often: a request is to cost no write. */
const TOUCH_EVERY_MS = minutes(1);

const MAX_USER_AGENT = 500;

/** Sessions without an absolute limit end where ECMAScript's dates do; browsers keep no cookie past 400 days (RFC 6265bis). */
const END_OF_TIME = 8_640_000_000_000_000;
const MAX_COOKIE_MS = days(400);

const hashOf = (secret: string): string => createHash('sha256').update(secret).digest('hex');

/** Signed-in devices: one record behind the cookie and the access tokens, so that both die with it. */
export function createSessions({
  repository,
  inTransaction,
  tokens,
  refreshTokens,
  csrf,
  fingerprints,
  mode,
  settings,
  lacksSecondFactor,
  events,
  logger,
  now,
}: Deps) {
  /** Until when a session lasts that is used, and that was begun, now. */
  async function limits(): Promise<{ idleMs: number; absoluteMs: number }> {
    const { values } = await settings();
    const most = values.session_absolute_days;
    return { idleMs: minutes(values.session_timeout_minutes), absoluteMs: most === 0 ? END_OF_TIME : days(most) };
  }

  /** When a session ends: as was said when it was last used, or sooner where the limits have been made shorter since. */
  async function endsOf({ session }: SessionWithUser): Promise<{ idle: number; absolute: number }> {
    const { idleMs, absoluteMs } = await limits();
    const absolute = Math.min(session.absolute_expires_at, session.created_at + absoluteMs);
    return { idle: Math.min(session.idle_expires_at, session.last_seen_at + idleMs, absolute), absolute };
  }

  async function idleExpiry(at: number, absoluteExpiresAt: number): Promise<number> {
    return Math.min(at + (await limits()).idleMs, absoluteExpiresAt);
  }

  /** Whether the refresh token may wake a session that has been idle for too long. */
  const canRevive = (remember: 0 | 1): boolean => remember === 1 && mode !== 'session';

  /** Follows every use of a session; that it fails (a full disk) takes nobody's reading away. */
  async function touch({ session, user }: SessionWithUser, at: number): Promise<void> {
    // Short time-outs are counted exactly enough too.
    if (at - session.last_seen_at < Math.min(TOUCH_EVERY_MS, (await limits()).idleMs / 10)) return;
    try {
      const idleExpiresAt = await idleExpiry(at, session.absolute_expires_at);
      await repository.touchSession(session.id, { at, idleExpiresAt });
      await repository.updateUser(user.id, { last_active_at: at });
    } catch (error) {
      logger.warn({ err: error }, 'the use of a session could not be noted');
    }
  }

  async function authenticated(found: SessionWithUser | undefined, via: 'cookie' | 'bearer'): Promise<Authenticated> {
    if (!found) throw new AppError(via === 'cookie' ? 'SESSION_EXPIRED' : 'TOKEN_REVOKED');
    const { session, user } = found;
    const at = now();
    if ((await endsOf(found)).idle <= at) throw new AppError('SESSION_EXPIRED');
    if (user.is_active !== 1) throw new AppError('USER_INACTIVE');
    await touch(found, at);
    return {
      actor: {
        userId: user.id,
        role: user.role,
        scopes: user.role === 'admin' ? adminScopes : memberScopes,
        sessionId: session.id,
        via,
        lacksSecondFactor: await lacksSecondFactor(user),
      },
      user: presentUser(user),
      csrfToken: via === 'cookie' ? csrf.token(session.id) : null,
    };
  }

  async function end(userId: string, id: string): Promise<void> {
    if (await repository.deleteSession(userId, id))
      events.publish('session.revoked', { user_id: userId, session_id: id });
  }

  async function answerFor(user: Users, sessionId: string, client: Client, at: number): Promise<SignedIn> {
    const answer: SignedIn = { csrf_token: csrf.token(sessionId), user: presentUser({ ...user, last_active_at: at }) };
    if (await lacksSecondFactor(user)) answer.second_factor_required = true;
    if (mode === 'session') return answer;
    const fingerprint = fingerprints.of(client);
    answer.access_token = await tokens.sign({ userId: user.id, sessionId, fingerprint });
    answer.token_type = 'bearer';
    answer.expires_in = tokens.lifetimeSeconds;
    return answer;
  }

  /** Cookies live as long as what they stand for where the person asked to stay signed in, else as long as the browser runs. */
  const cookie = (value: string | null, remember: boolean, livesMs: number): SessionCookie | null =>
    value === null
      ? null
      : { value, maxAgeSeconds: remember ? Math.floor(Math.min(livesMs, MAX_COOKIE_MS) / 1_000) : null };

  /** A used token came back after the grace: one of those who have it is not its owner, so nobody keeps the session. */
  async function revokeFamily({ session, user }: SessionWithUser): Promise<void> {
    if (!(await repository.deleteSession(user.id, session.id))) return;
    logger.warn({ user_id: user.id, session_id: session.id }, 'a used refresh token came back; its session was ended');
    events.publish('session.revoked', { user_id: user.id, session_id: session.id });
    events.publish('session.family_revoked', { user_id: user.id, session_id: session.id });
  }

  async function endReplaced({ session: secret, refresh: token }: Cookies): Promise<void> {
    const byCookie = secret === undefined ? undefined : await repository.sessionWithUser({ tokenHash: hashOf(secret) });
    if (byCookie) await end(byCookie.user.id, byCookie.session.id);
    const family = token === undefined ? undefined : await refreshTokens.find(token);
    const behind = family && (await repository.sessionWithUser({ id: family.sessionId }));
    if (behind) await end(behind.user.id, behind.session.id);
  }

  return {
    end,

    /** Ends every session of a person but the one that is named, if any. */
    async endAll(userId: string, { except }: { except?: string | null } = {}): Promise<void> {
      const ids = (await repository.sessionIds(userId)).filter((id) => id !== except);
      for (const id of ids) await end(userId, id);
    },

    /** Begins a session. `replaces` are the cookies that the request carried: their session ends, a new sign-in never continues an old one. */
    async start(
      user: Users,
      client: Client,
      { remember, replaces }: { remember: boolean; replaces: Cookies },
    ): Promise<SignIn> {
      await endReplaced(replaces);
      const at = now();
      const id = newId();
      const secret = randomBytes(32).toString('base64url');
      const absoluteExpiresAt = Math.min(at + (await limits()).absoluteMs, END_OF_TIME);
      const row = {
        id,
        user_id: user.id,
        token_hash: hashOf(secret),
        user_agent: client.userAgent.slice(0, MAX_USER_AGENT),
        ip: client.ip,
        remember: remember ? 1 : 0,
        created_at: at,
        last_seen_at: at,
        idle_expires_at: await idleExpiry(at, absoluteExpiresAt),
        absolute_expires_at: absoluteExpiresAt,
      } as const;
      // Together: each durable write by itself would take longer than the rest of a sign-in. The person's row first, which the
      // session's refers to: of two sign-ins at once neither waits for the other's share of it.
      const refreshToken = await inTransaction(async (tx) => {
        const inside = createAuthRepository(tx);
        await inside.updateUser(user.id, { last_active_at: at });
        await inside.insertSession(row);
        return mode === 'session' ? null : refreshTokens.issue(tx, id);
      });
      events.publish('session.started', { user_id: user.id, session_id: id });
      const livesMs = absoluteExpiresAt - at;
      return {
        sessionId: id,
        answer: await answerFor(user, id, client, at),
        cookie: cookie(mode === 'bearer' ? null : secret, remember, livesMs),
        refreshCookie: cookie(refreshToken, remember, Math.min(livesMs, refreshTokens.lifetimeMs)),
      };
    },

    /**
     * A new access token and the next refresh token for the one of the cookie; wakes a session that was to stay signed in.
     * Throws AUTH_REQUIRED, SESSION_EXPIRED, USER_INACTIVE, and TOKEN_REVOKED for a replay, which ends the session.
     */
    async refresh({ session: secret, refresh: token }: Cookies, client: Client): Promise<SignIn> {
      if (mode === 'session' || token === undefined) throw new AppError('AUTH_REQUIRED');
      const family = await refreshTokens.find(token);
      const found = family && (await repository.sessionWithUser({ id: family.sessionId }));
      if (!found) throw new AppError('SESSION_EXPIRED');
      const { session, user } = found;
      const at = now();
      if (family.replayed) {
        await revokeFamily(found);
        throw new AppError('TOKEN_REVOKED');
      }
      const ends = await endsOf(found);
      const idle = ends.idle <= at && !canRevive(session.remember);
      if (idle || family.expired || ends.absolute <= at) throw new AppError('SESSION_EXPIRED');
      if (user.is_active !== 1) throw new AppError('USER_INACTIVE');

      const next = await refreshTokens.rotate(token, session.id, await idleExpiry(at, ends.absolute));
      if (next === null) throw new AppError('SESSION_EXPIRED');
      if (next === 'replayed') {
        await revokeFamily(found);
        throw new AppError('TOKEN_REVOKED');
      }
      await repository.updateUser(user.id, { last_active_at: at });
      const own = secret !== undefined && hashOf(secret) === session.token_hash;
      const kept = own ? secret : mode === 'bearer' ? null : await refreshTokens.cookieSecret(next.token, session.id);
      const [remember, livesMs] = [session.remember === 1, session.absolute_expires_at - at];
      return {
        sessionId: session.id,
        answer: await answerFor(user, session.id, client, at),
        cookie: cookie(kept, remember, livesMs),
        refreshCookie: cookie(next.token, remember, Math.min(livesMs, refreshTokens.lifetimeMs)),
      };
    },

    /** Throws SESSION_EXPIRED or USER_INACTIVE. */
    byCookie: async (secret: string): Promise<Authenticated> =>
      authenticated(await repository.sessionWithUser({ tokenHash: hashOf(secret) }), 'cookie'),

    /** Throws TOKEN_REVOKED, TOKEN_EXPIRED, SESSION_EXPIRED or USER_INACTIVE. */
    async byBearer(token: string, client: Client): Promise<Authenticated> {
      const { sessionId, userId, fingerprint } = await tokens.verify(token);
      if (!fingerprints.fits(fingerprint, client)) throw new AppError('TOKEN_REVOKED');
      const found = await repository.sessionWithUser({ id: sessionId });
      return authenticated(found?.user.id === userId ? found : undefined, 'bearer');
    },

    /** The actor's own session, for GET /api/auth/session. */
    async current(actor: Actor) {
      const found = actor.sessionId === null ? undefined : await repository.sessionWithUser({ id: actor.sessionId });
      if (!found || actor.via === 'api_key') throw new AppError('SESSION_EXPIRED');
      const { session, user } = found;
      return {
        user: presentUser(user),
        csrf_token: actor.via === 'cookie' ? csrf.token(session.id) : null,
        expires_at: toIso((await endsOf(found)).idle),
        via: actor.via,
        ...(actor.lacksSecondFactor && { second_factor_required: true as const }),
      };
    },

    async list(actor: Actor, { limit, cursor }: { limit: number; cursor?: string | undefined }) {
      const rows = await repository.liveSessions(actor.userId, {
        at: now(),
        limit: limit + 1,
        before: cursor,
        revivable: mode !== 'session',
      });
      const items = rows.slice(0, limit);
      return {
        items: items.map((row) => presentDevice(row, actor.sessionId, canRevive(row.remember))),
        next_cursor: rows.length > limit ? (items.at(-1)?.id ?? null) : null,
      };
    },
  };
}

const presentDevice = (row: Device, currentId: string | null, revivable: boolean) => ({
  id: row.id,
  current: row.id === currentId,
  user_agent: row.user_agent,
  ip: row.ip,
  remember: row.remember === 1,
  created_at: toIso(row.created_at),
  last_seen_at: toIso(row.last_seen_at),
  expires_at: toIso(revivable ? row.absolute_expires_at : row.idle_expires_at),
});

import type { Kysely } from 'kysely';
import type { Config } from '../../config.ts';
import type { DB } from '../../db/schema.ts';
import type { Users } from '../../db/schema-identity.ts';
import { createTransactor } from '../../db/transaction.ts';
import type { User } from '../../../shared/api/auth.ts';
import { checkMayWork } from '../../http-kit/access.ts';
import type { Actor } from '../../http-kit/actor.ts';
import type { Client } from '../../http-kit/client.ts';
import { seconds, type Clock } from '../../lib/clock.ts';
import { AppError } from '../../lib/errors.ts';
import type { Logger } from '../../lib/logger.ts';
import type { EventBus } from '../../platform/events/driver.ts';
import type { LiveSettings } from '../settings/service.ts';
import { createAccounts, type Along, type NewAccount } from './accounts.ts';
import { createArrivals, type Origin } from './arrive.ts';
import type { BreachCheck } from './breached-passwords.ts';
import type { Admission } from './admission.ts';
import { createCsrf } from './csrf.ts';
import { createFingerprints } from './fingerprint.ts';
import { noLockOut, type LockOut } from './lock-out.ts';
import { rulesFor } from './password-policy.ts';
import { createPasswords } from './passwords.ts';
import { presentUser } from './present.ts';
import { createRefreshRepository } from './refresh-repository.ts';
import { createRefreshTokens } from './refresh-tokens.ts';
import { createAuthRepository } from './repository.ts';
import { createSessions, type SignIn } from './sessions.ts';
import { createSetup } from './setup.ts';
import { createSingleUser } from './single-user.ts';
import { fixedKey, keysOfFiles } from './signing-keys.ts';
import { createTokens } from './tokens.ts';

export type AuthDeps = {
  db: Kysely<DB>;
  config: Pick<Config, 'auth' | 'secrets' | 'publicUrl'>;
  /** What admins have set. */
  settings: () => Promise<LiveSettings<'auth'>>;
  secondFactor: SecondStep;
  events: EventBus;
  /** Who may make an account by themselves. */
  admission: Admission;
  /** The ways in beside the password. */
  offered?: () => Promise<{
    ldap: boolean;
    passkey: boolean;
    trusted_header: boolean;
    oauth: { id: string; name: string }[];
  }>;
  /** Slows down who guesses passwords; nobody where it is left out. */
  lockOut?: LockOut;
  /** Whether a new password is known from a breach; asked where the settings want it. */
  isBreached: BreachCheck;
  logger: Logger;
  now: Clock;
};

export type { Origin };

/** What stands between a right password and a session. */
export type SecondStep = {
  /** Begins the second step; the challenge is what its code comes with. */
  challenge(user: Users, options: { remember: boolean; client: Client }): Promise<string>;
  /** Who has passed it, by a code or by what else is told to be right for them. Throws TOTP_INVALID, SESSION_EXPIRED and ACCOUNT_LOCKED. */
  redeem(challenge: string, proof: string | IsRight, client: Client): Promise<{ userId: string; remember: boolean }>;
  /** Whether somebody who gave one factor is to give another. */
  isDemanded(user: Users): Promise<boolean>;
  /** Whether the person's role needs a second factor that they do not have. */
  isLacking(user: Users): Promise<boolean>;
};

export type IsRight = (userId: string) => Promise<boolean>;

export type AuthService = ReturnType<typeof createAuthService>;

/** Identity: the first admin, sign-up, sign-in, and who is behind a credential. */
export function createAuthService({
  db,
  config,
  settings,
  secondFactor,
  events,
  admission,
  logger,
  now,
  isBreached,
  lockOut = noLockOut,
  offered = () => Promise.resolve({ ldap: false, passkey: false, trusted_header: false, oauth: [] }),
}: AuthDeps) {
  const { secretKey, jwtPrivateKey, jwtAlgorithm: algorithm, jwtKeyFile } = config.secrets;
  const repository = createAuthRepository(db);
  const inTransaction = createTransactor({ db });
  const passwords = createPasswords();
  const accounts = createAccounts({
    repository,
    inTransaction,
    passwords,
    isBreached,
    settings,
    now,
  });
  const setup = createSetup(repository, secretKey);
  const csrf = createCsrf(secretKey);
  const tokens = createTokens({
    keys: jwtKeyFile
      ? keysOfFiles({
          path: jwtKeyFile,
          algorithm,
          tokenLifetimeMs: seconds(config.auth.accessTokenSeconds),
          logger,
          now,
        })
      : fixedKey(jwtPrivateKey),
    issuer: config.publicUrl.origin,
    lifetimeSeconds: config.auth.accessTokenSeconds,
    now,
  });
  const fingerprints = createFingerprints(secretKey, config.auth.fingerprint);
  const refreshTokens = createRefreshTokens({
    repository: createRefreshRepository(db),
    inTransaction,
    secretKey,
    lifetimeMs: config.auth.refreshMs,
    now,
  });
  const sessions = createSessions({
    repository,
    inTransaction,
    tokens,
    refreshTokens,
    csrf,
    fingerprints,
    mode: config.auth.mode,
    settings,
    lacksSecondFactor: secondFactor.isLacking,
    events,
    logger,
    now,
  });
  const inTurn = createTurns();

  async function ownUser(actor: Actor): Promise<Users> {
    const user = await repository.userById(actor.userId);
    if (!user) throw new AppError('AUTH_REQUIRED');
    return user;
  }

  /** Takes turns, so that of many at once only the first does the work of a hash. Throws SETUP_DONE. */
  const createFirstAdmin = (account: NewAccount): Promise<Users> =>
    inTurn(async () => {
      if (!(await setup.isPending())) throw new AppError('SETUP_DONE');
      const user = await accounts.createFirstAdmin(account);
      events.publish('user.signup', { user_id: user.id, role: user.role });
      return user;
    });

  const { arrive, needsVerification, refused } = createArrivals({ sessions, secondFactor, settings, events });

  /** An account for somebody who comes by themselves; `welcome`: who needs no invite. Throws SETUP_REQUIRED, SIGNUP_DISABLED, INVALID_INVITE, EMAIL_EXISTS, USERNAME_EXISTS. */
  async function admit(
    account: NewAccount,
    code: string | undefined,
    { welcome = false, ...options }: { verified?: boolean; welcome?: boolean; along?: Along } = {},
  ): Promise<Users> {
    if (await setup.isPending()) throw new AppError('SETUP_REQUIRED');
    const mode = await admission.mode();
    if (mode === 'closed' || (mode === 'invite' && code === undefined && !welcome))
      throw new AppError('SIGNUP_DISABLED');
    const invite = code === undefined ? null : await admission.check(code, account.email);
    const user = await accounts.create(account, invite?.role ?? (mode === 'approval' ? 'pending' : 'user'), {
      ...options,
      along: async (tx, made) => {
        if (invite) await admission.use(tx, invite, made.id);
        await options.along?.(tx, made);
      },
    });
    events.publish('user.signup', { user_id: user.id, role: user.role });
    if (invite) events.publish('invite.used', { user_id: user.id, invite_id: invite.id });
    return user;
  }

  return {
    /** Whether the first admin is still to be made. */
    isSetupPending: setup.isPending,
    /** What somebody must know who sets up from another machine: for the console, while setup is pending. */
    setupCode: (): string => setup.code,
    createFirstAdmin,

    /** What the sign-in page offers. */
    options: async () => {
      const setupRequired = await setup.isPending();
      return {
        setup_required: setupRequired,
        signup: await admission.mode(),
        password: true,
        // Of whoever makes an account there.
        password_rules: rulesFor(setupRequired ? 'admin' : 'user', await settings()),
        ...(await offered()),
      };
    },

    /** `isLocal`: asked on this very machine, where no code is needed. */
    async setup(
      account: NewAccount & { setup_code?: string | undefined },
      from: Origin & { isLocal: boolean },
    ): Promise<SignIn> {
      if (!(await setup.isPending())) throw new AppError('SETUP_DONE');
      if (!from.isLocal && !setup.isRight(account.setup_code)) {
        const message = 'Type the setup code that the server printed in its console when it started.';
        throw new AppError('FORBIDDEN', { message, details: { fields: [{ path: 'setup_code', message }] } });
      }
      const user = await createFirstAdmin(account);
      return arrive(user, { method: 'sign-up', factors: 1, remember: false }, from);
    },

    /** A sign-in; or the user alone who waits for approval. */
    async register(
      { invite_code: code, ...account }: NewAccount & { invite_code?: string | undefined },
      from: Origin,
    ): Promise<SignIn | { pending: User }> {
      const user = await admit(account, code);
      if (user.role === 'pending' || (await needsVerification(user))) return { pending: presentUser(user) };
      return arrive(user, { method: 'sign-up', factors: 1, remember: false }, from);
    },
    admit,
    arrive,

    /** Throws INVALID_CREDENTIALS; only to those who know the password, USER_INACTIVE and USER_PENDING. */
    async login(
      { login, password, remember }: { login: string; password: string; remember: boolean },
      from: Origin,
    ): Promise<SignIn> {
      const user = await lockOut.around({ login, ip: from.client.ip }, () => accounts.find(login, password));
      if (!user) throw refused('INVALID_CREDENTIALS', await accounts.idOf(login));
      return arrive(user, { method: 'password', factors: 1, remember }, from);
    },

    /** The second step. Throws TOTP_INVALID, SESSION_EXPIRED, ACCOUNT_LOCKED, and as `arrive`. */
    async loginWithCode(
      { challenge, code }: { challenge: string; code: string | IsRight },
      from: Origin,
    ): Promise<SignIn> {
      const { userId, remember } = await secondFactor.redeem(challenge, code, from.client);
      const user = await repository.userById(userId);
      if (!user) throw new AppError('SESSION_EXPIRED');
      return arrive(user, { method: 'password', factors: 2, remember }, from);
    },

    /** Its cookie and its access tokens end at once. */
    async logout(actor: Actor): Promise<void> {
      if (actor.sessionId !== null) await sessions.end(actor.userId, actor.sessionId);
      events.publish('sign_out', { user_id: actor.userId });
    },
    async logoutAll(actor: Actor): Promise<void> {
      await sessions.endAll(actor.userId);
      events.publish('sessions.revoked', { user_id: actor.userId, reason: 'logout-all' });
    },

    aliveSessions: repository.aliveSessions,
    refresh: sessions.refresh,
    session: sessions.current,
    sessions: sessions.list,
    async endSession(actor: Actor, id: string): Promise<void> {
      await sessions.end(actor.userId, id);
      events.publish('sessions.revoked', { user_id: actor.userId, reason: 'device' });
    },
    /** Removes the sessions and refresh tokens whose time is over. */
    async removeExpiredSessions(): Promise<void> {
      const removed = await repository.deleteExpiredSessions(now(), { revivable: config.auth.mode !== 'session' });
      await refreshTokens.removeExpired();
      await lockOut.clean();
      if (removed) logger.info({ removed }, 'removed sessions whose time was over');
    },

    /** An account made by an admin. Throws PASSWORD_REJECTED, EMAIL_EXISTS, USERNAME_EXISTS. */
    createAccount: accounts.create,
    /** For a person who may not come in any more. */
    /** Some of a person's, for a reason that the audit log is told. */
    async endSessionsBy(userId: string, ids: readonly string[], reason: string): Promise<void> {
      for (const id of ids) await sessions.end(userId, id);
      if (ids.length) events.publish('sessions.revoked', { user_id: userId, reason });
    },
    endSessionsOf: (userId: string): Promise<void> => sessions.endAll(userId),

    /** The hash of a new password for this person. Throws PASSWORD_REJECTED. */
    newPasswordHash: accounts.newPasswordHash,
    /** Whether this is the person's password. */
    isPassword: accounts.isPassword,

    /** Who somebody is now, for what goes on without them. Throws USER_INACTIVE, USER_PENDING and FORBIDDEN for who may not work here any more. */
    async standing(userId: string): Promise<Pick<Actor, 'userId' | 'role'>> {
      const user = await repository.userById(userId);
      if (user?.is_active !== 1) throw new AppError('USER_INACTIVE');
      checkMayWork({ role: user.role, lacksSecondFactor: await secondFactor.isLacking(user) });
      return { userId, role: user.role };
    },
    me: async (actor: Actor): Promise<User> => presentUser(await ownUser(actor)),
    async updateMe(
      actor: Actor,
      changes: { name?: string | undefined; username?: string | null | undefined },
    ): Promise<User> {
      await accounts.update(actor.userId, changes);
      return presentUser(await ownUser(actor));
    },
    /** Every other session of the person ends with the old password. Wrong tries count as those at sign-in do: ACCOUNT_LOCKED. */
    async changePassword(
      actor: Actor,
      { current_password, new_password }: { current_password: string; new_password: string },
      { ip }: Client,
    ): Promise<void> {
      const user = await ownUser(actor);
      const changed = await lockOut.around({ login: user.email, ip }, () =>
        accounts.changePassword(user, current_password, new_password),
      );
      if (!changed) throw new AppError('INVALID_CREDENTIALS', { message: 'The current password is not right.' });
      await sessions.endAll(actor.userId, { except: actor.sessionId });
      events.publish('password.changed', { user_id: actor.userId, by: 'change' });
    },

    /** Who calls where nobody signs in. */
    singleUser: createSingleUser(sessions, repository.firstAdmin),
    byCookie: sessions.byCookie,
    byBearer: sessions.byBearer,
    isCsrfToken: csrf.matches,
    jwks: tokens.jwks,

    /** Ends the threads that hash. */
    close: passwords.close,
  };
}

/** Runs one piece of work after the other. */
function createTurns() {
  let last: Promise<unknown> = Promise.resolve();
  return <T>(work: () => Promise<T>): Promise<T> => {
    const turn = last.then(work, work);
    last = turn;
    return turn;
  };
}

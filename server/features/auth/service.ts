import type { Kysely } from 'kysely';
import type { Config } from '../../config.ts';
import type { DB, Users } from '../../db/schema.ts';
import { createTransactor } from '../../db/transaction.ts';
import type { User } from '../../../shared/api/auth.ts';
import type { Actor } from '../../http-kit/actor.ts';
import type { Client } from '../../http-kit/client.ts';
import type { Clock } from '../../lib/clock.ts';
import { AppError } from '../../lib/errors.ts';
import type { Logger } from '../../lib/logger.ts';
import type { EventBus } from '../../platform/events/driver.ts';
import { createAccounts, type NewAccount } from './accounts.ts';
import { createCsrf } from './csrf.ts';
import { createFingerprints } from './fingerprint.ts';
import { createPasswords } from './passwords.ts';
import { presentUser } from './present.ts';
import { createAuthRepository } from './repository.ts';
import { createSessions, type SignIn } from './sessions.ts';
import { createSetup } from './setup.ts';
import { createTokens } from './tokens.ts';

export type AuthDeps = {
  db: Kysely<DB>;
  config: Pick<Config, 'auth' | 'secrets' | 'publicUrl'>;
  events: EventBus;
  logger: Logger;
  now: Clock;
};

/** Where a sign-in comes from. */
export type Origin = {
  client: Client;
  /** The secret of a session cookie that came along: that session ends when the new one begins. */
  replaces: string | undefined;
};

export type AuthService = ReturnType<typeof createAuthService>;

/** Identity: the first admin, sign-up, sign-in, and who is behind a credential. */
export function createAuthService({ db, config, events, logger, now }: AuthDeps) {
  const { secretKey, jwtPrivateKey } = config.secrets;
  const repository = createAuthRepository(db);
  const accounts = createAccounts({
    repository,
    inTransaction: createTransactor({ db }),
    passwords: createPasswords(),
    config: config.auth,
    now,
  });
  const setup = createSetup(repository, secretKey);
  const csrf = createCsrf(secretKey);
  const tokens = createTokens({
    privateKey: jwtPrivateKey,
    issuer: config.publicUrl.origin,
    lifetimeSeconds: config.auth.accessTokenSeconds,
    now,
  });
  const fingerprints = createFingerprints(secretKey, config.auth.fingerprint);
  const sessions = createSessions({ repository, tokens, csrf, fingerprints, config: config.auth, events, logger, now });
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

  return {
    /** Whether the first admin is still to be made. */
    isSetupPending: setup.isPending,
    /** What somebody must know who sets up from another machine: for the console, while setup is pending. */
    setupCode: (): string => setup.code,
    createFirstAdmin,

    /** What the sign-in page offers. */
    options: async () => ({
      setup_required: await setup.isPending(),
      signup: config.auth.signup,
      password: true,
      ldap: false,
      passkey: false,
      oauth: [],
    }),

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
      return sessions.start(user, from.client, { remember: false, replaces: from.replaces });
    },

    /** A sign-in; or the user alone who waits for approval. */
    async register(account: NewAccount, from: Origin): Promise<SignIn | { pending: User }> {
      if (await setup.isPending()) throw new AppError('SETUP_REQUIRED');
      const mode = config.auth.signup;
      if (mode !== 'open' && mode !== 'approval') throw new AppError('SIGNUP_DISABLED');
      const user = await accounts.create(account, mode === 'open' ? 'user' : 'pending');
      events.publish('user.signup', { user_id: user.id, role: user.role });
      if (user.role === 'pending') return { pending: presentUser(user) };
      return sessions.start(user, from.client, { remember: false, replaces: from.replaces });
    },

    /** Throws INVALID_CREDENTIALS; only to those who know the password, USER_INACTIVE and USER_PENDING. */
    async login(
      { login, password, remember }: { login: string; password: string; remember: boolean },
      from: Origin,
    ): Promise<SignIn> {
      const user = await accounts.find(login, password);
      if (!user) throw new AppError('INVALID_CREDENTIALS');
      if (user.is_active !== 1) throw new AppError('USER_INACTIVE');
      if (user.role === 'pending') throw new AppError('USER_PENDING');
      return sessions.start(user, from.client, { remember, replaces: from.replaces });
    },

    /** Its cookie and its access tokens end at once. */
    async logout(actor: Actor): Promise<void> {
      if (actor.sessionId !== null) await sessions.end(actor.userId, actor.sessionId);
    },
    logoutAll: (actor: Actor): Promise<void> => sessions.endAll(actor.userId),

    session: sessions.current,
    sessions: sessions.list,
    endSession: (actor: Actor, id: string): Promise<void> => sessions.end(actor.userId, id),
    /** Removes the sessions whose time is over. */
    async removeExpiredSessions(): Promise<void> {
      const removed = await repository.deleteExpiredSessions(now());
      if (removed) logger.info({ removed }, 'removed sessions whose time was over');
    },

    me: async (actor: Actor): Promise<User> => presentUser(await ownUser(actor)),
    async updateMe(
      actor: Actor,
      changes: { name?: string | undefined; username?: string | null | undefined },
    ): Promise<User> {
      await accounts.update(actor.userId, changes);
      return presentUser(await ownUser(actor));
    },
    /** Every other session of the person ends with the old password. */
    async changePassword(
      actor: Actor,
      { current_password, new_password }: { current_password: string; new_password: string },
    ): Promise<void> {
      await accounts.changePassword(await ownUser(actor), current_password, new_password);
      await sessions.endAll(actor.userId, { except: actor.sessionId });
    },

    byCookie: sessions.byCookie,
    byBearer: sessions.byBearer,
    isCsrfToken: csrf.matches,
    jwks: tokens.jwks,
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

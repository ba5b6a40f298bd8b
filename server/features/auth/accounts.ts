import type { Transaction } from 'kysely';
import { isUniqueViolation } from '../../db/dialect.ts';
import type { DB } from '../../db/schema.ts';
import type { Users } from '../../db/schema-identity.ts';
import type { InTransaction } from '../../db/transaction.ts';
import type { Role } from '../../../shared/permissions.ts';
import type { Clock } from '../../lib/clock.ts';
import { AppError } from '../../lib/errors.ts';
import { newId } from '../../lib/ids.ts';
import type { LiveSettings } from '../settings/service.ts';
import type { BreachCheck } from './breached-passwords.ts';
import { checkPassword, rejected, rulesFor } from './password-policy.ts';
import type { Passwords } from './passwords.ts';
import { createAuthRepository, type AuthRepository } from './repository.ts';
import { SETUP_DONE_KEY } from './setup.ts';

/** Without a password one comes in by other ways alone. */
export type NewAccount = {
  email: string;
  password: string | null;
  name?: string | undefined;
  username?: string | undefined;
};

/** Runs in the transaction that puts an account: when it throws, there is none. */
export type Along = (tx: Transaction<DB>, user: Users) => Promise<void>;

type Deps = {
  repository: AuthRepository;
  inTransaction: InTransaction;
  passwords: Passwords;
  isBreached: BreachCheck;
  settings: () => Promise<LiveSettings<'auth'>>;
  now: Clock;
};

/** User names that look the same are the same. */
export const usernameKey = (username: string): string => username.normalize('NFKC').toLowerCase();

/** People's accounts: made, found by password, changed. */
export function createAccounts({ repository, inTransaction, passwords, isBreached, settings, now }: Deps) {
  /** Which of its unique names an account could not have; for after a unique violation, and before the work of a hash. */
  async function checkFree(
    names: { email?: string; username?: string | null | undefined },
    own?: string,
  ): Promise<void> {
    const byEmail = names.email === undefined ? undefined : await repository.userByEmail(names.email);
    if (byEmail && byEmail.id !== own) throw new AppError('EMAIL_EXISTS');
    const byUsername = names.username ? await repository.userByUsernameKey(usernameKey(names.username)) : undefined;
    if (byUsername && byUsername.id !== own) throw new AppError('USERNAME_EXISTS');
  }

  type Owner = { role: Role; about: (string | null | undefined)[] };
  const ownerOf = ({ role, email, username, name }: Users): Owner => ({ role, about: [email, username, name] });

  /** Throws PASSWORD_REJECTED for the field `path`. */
  async function checkNew(password: string, { role, about }: Owner, path: string): Promise<void> {
    const live = await settings();
    checkPassword(password, about, rulesFor(role, live), path);
    if (live.values.hibp_enabled && (await isBreached(password))) {
      throw rejected(['This password is in a list of stolen ones that attackers try. Choose another.'], path);
    }
  }

  async function rowFor({ email, password, name, username }: NewAccount, role: Role): Promise<Users> {
    const localPart = email.split('@')[0] ?? email;
    if (password !== null) await checkNew(password, { role, about: [email, username, name] }, 'password');
    const at = now();
    return {
      id: newId(),
      email,
      username: username ?? null,
      username_key: username === undefined ? null : usernameKey(username),
      name: name ?? username ?? localPart,
      role,
      is_active: 1,
      password_hash: password === null ? null : await passwords.hash(password),
      email_verified: 0,
      created_at: at,
      updated_at: at,
      last_active_at: null,
      second_factor_at: null,
    };
  }

  return {
    /**
     * The first admin, together with the row that says that there is one: of any number at once, in any number of processes, one is made.
     * Throws SETUP_DONE for the others.
     */
    async createFirstAdmin(account: NewAccount): Promise<Users> {
      const user = await rowFor(account, 'admin');
      try {
        await inTransaction(async (tx) => {
          const inside = createAuthRepository(tx);
          await inside.insertSetting(SETUP_DONE_KEY, JSON.stringify({ user_id: user.id }), user.created_at);
          await inside.insertUser(user);
        });
      } catch (error) {
        if (await repository.hasSetting(SETUP_DONE_KEY)) throw new AppError('SETUP_DONE', { cause: error });
        throw error;
      }
      return user;
    },

    /** `verified`: the address is known to be theirs. Throws PASSWORD_REJECTED, EMAIL_EXISTS, USERNAME_EXISTS. */
    async create(
      account: NewAccount,
      role: Role,
      { verified = false, along }: { verified?: boolean; along?: Along } = {},
    ): Promise<Users> {
      await checkFree(account);
      const user: Users = { ...(await rowFor(account, role)), email_verified: verified ? 1 : 0 };
      try {
        await inTransaction(async (tx) => {
          await createAuthRepository(tx).insertUser(user);
          await along?.(tx, user);
        });
      } catch (error) {
        if (isUniqueViolation(error)) await checkFree(account);
        throw error;
      }
      return user;
    },

    /** The account of a sign-in name (e-mail or user name) and password; undefined, after the same work, when either is wrong. */
    async find(login: string, password: string): Promise<Users | undefined> {
      const user = await findByLogin(repository, login);
      const stored = user?.password_hash ?? null;
      if (!(await passwords.verify(stored, password)) || !user || stored === null) return undefined;
      if (passwords.isOutdated(stored)) {
        // Unless it was changed meanwhile: the newer password stays. When there is no time for it now, the next sign-in does it.
        const renewed = passwords
          .hash(password)
          .then((fresh) => repository.replacePasswordHash(user.id, stored, fresh));
        await renewed.catch((error: unknown) => {
          if (!(error instanceof AppError)) throw error;
        });
      }
      return user;
    },

    async isPassword(userId: string, password: string): Promise<boolean> {
      return passwords.verify((await repository.userById(userId))?.password_hash ?? null, password);
    },

    /** Throws PASSWORD_REJECTED. */
    async newPasswordHash(user: Users, password: string): Promise<string> {
      await checkNew(password, ownerOf(user), 'password');
      return passwords.hash(password);
    },

    /** Whose sign-in name this is. */
    idOf: async (login: string): Promise<string | null> => (await findByLogin(repository, login))?.id ?? null,

    /** Throws USERNAME_EXISTS. */
    async update(
      id: string,
      { name, username }: { name?: string | undefined; username?: string | null | undefined },
    ): Promise<void> {
      await checkFree({ username }, id);
      try {
        await repository.updateUser(id, {
          ...(name !== undefined && { name }),
          ...(username !== undefined && {
            username,
            username_key: username === null ? null : usernameKey(username),
          }),
          updated_at: now(),
        });
      } catch (error) {
        throw isUniqueViolation(error) ? new AppError('USERNAME_EXISTS', { cause: error }) : error;
      }
    },

    /** Who has a new password now; undefined for a wrong current one. Throws PASSWORD_REJECTED for a new one that cannot be used. */
    async changePassword(user: Users, current: string, next: string): Promise<Users | undefined> {
      if (!(await passwords.verify(user.password_hash, current))) return undefined;
      await checkNew(next, ownerOf(user), 'new_password');
      await repository.updateUser(user.id, { password_hash: await passwords.hash(next), updated_at: now() });
      return user;
    },
  };
}

/** User names hold no `@`, so what was typed says what it is. */
const findByLogin = (repository: AuthRepository, login: string): Promise<Users | undefined> =>
  login.includes('@') ? repository.userByEmail(login.toLowerCase()) : repository.userByUsernameKey(usernameKey(login));

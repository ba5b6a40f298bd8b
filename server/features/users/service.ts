import type { Kysely } from 'kysely';
import type { User } from '../../../shared/api/auth.ts';
import type { UserPatch } from '../../../shared/api/users.ts';
import type { DB } from '../../db/schema.ts';
import type { Users } from '../../db/schema-identity.ts';
import type { InTransaction } from '../../db/transaction.ts';
import type { Actor } from '../../http-kit/actor.ts';
import type { Clock } from '../../lib/clock.ts';
import { AppError } from '../../lib/errors.ts';
import type { EventBus } from '../../platform/events/driver.ts';
import type { JobQueue } from '../../platform/jobs/driver.ts';
import type { ObjectStore } from '../../platform/storage/driver.ts';
import type { AuditNote, AuditService } from '../audit/service.ts';
import type { NewAccount } from '../auth/accounts.ts';
import type { AuthService } from '../auth/service.ts';
import { createUserRepository, type UserFilter } from './repository.ts';

type Deps = {
  db: Kysely<DB>;
  inTransaction: InTransaction;
  auth: Pick<AuthService, 'createAccount' | 'endSessionsOf' | 'isPassword'>;
  /** Stops an answer, in whatever process it is written. */
  stopGeneration: (id: string) => Promise<void>;
  presentUser: (user: Users) => User;
  store: Pick<ObjectStore, 'list' | 'delete'>;
  jobs: Pick<JobQueue, 'enqueue'>;
  events: Pick<EventBus, 'publish'>;
  audit: Pick<AuditService, 'record'>;
  now: Clock;
};

export type UserService = ReturnType<typeof createUserService>;

const mayWork = ({ role, is_active }: Pick<Users, 'role' | 'is_active'>): boolean =>
  is_active === 1 && role !== 'pending';
const isAdmin = ({ role, is_active }: Pick<Users, 'role' | 'is_active'>): boolean =>
  is_active === 1 && role === 'admin';

/** People, as admins look after them. */
export function createUserService(deps: Deps) {
  const { db, inTransaction, auth, stopGeneration, presentUser, store, jobs, events, audit, now } = deps;
  const repository = createUserRepository(db);

  const noUser = (): AppError => new AppError('NOT_FOUND', { message: 'There is no such person.' });

  /** Changes a person unless nobody would be left to look after the instance: of two admins who demote each other at once, one stays. */
  const change = (
    id: string,
    changes: Partial<Pick<Users, 'role' | 'is_active' | 'name'>>,
  ): Promise<{ before: Users; after: Users } | undefined> =>
    inTransaction(async (tx) => {
      const inside = createUserRepository(tx);
      await inside.lockAdmins();
      const before = await inside.find(id);
      if (!before) return undefined;
      const after = { ...before, ...changes, updated_at: now() };
      if (isAdmin(before) && !isAdmin(after) && (await inside.otherAdmins(id)) === 0)
        throw new AppError('CONFLICT', {
          message: 'This is the last admin. Make somebody else an admin first.',
        });
      await inside.update(id, { ...changes, updated_at: after.updated_at });
      return { before, after };
    });

  /** What a person has open ends: every device, and every answer that is being written for them. */
  async function shutOut(id: string): Promise<void> {
    await auth.endSessionsOf(id);
    for (const generation of await repository.runningGenerations(id)) await stopGeneration(generation);
  }

  async function writeDown(before: Users, after: Users): Promise<void> {
    const target = { kind: 'user', id: after.id, name: after.email };
    const notes: AuditNote[] = [];
    if (before.role !== after.role) {
      const action = before.role === 'pending' ? 'user.approved' : 'user.role_changed';
      notes.push({ action, target, detail: { from: before.role, to: after.role } });
    }
    if (before.is_active !== after.is_active)
      notes.push({ action: after.is_active === 1 ? 'user.activated' : 'user.deactivated', target });
    if (before.name !== after.name) notes.push({ action: 'user.renamed', target });
    for (const note of notes) await audit.record(note);
  }

  /** The account and all that is in it. Their files' bytes follow by a job that survives a restart. CONFLICT for the last admin. */
  async function remove(id: string): Promise<void> {
    const changed = await change(id, { is_active: 0 });
    if (!changed) return;
    await shutOut(id);
    await jobs.enqueue('users.purge', { user_id: id }, { dedupeKey: `users.purge:${id}` });
    await repository.delete(id);
    await audit.record({ action: 'user.deleted', target: { kind: 'user', id, name: changed.before.email } });
  }

  return {
    async list({ limit, cursor, ...filter }: UserFilter & { limit: number; cursor?: string | undefined }): Promise<{
      items: User[];
      next_cursor: string | null;
    }> {
      const rows = await repository.list(filter, { limit: limit + 1, before: cursor });
      const items = rows.slice(0, limit);
      return {
        items: items.map(presentUser),
        next_cursor: rows.length > limit ? (items.at(-1)?.id ?? null) : null,
      };
    },

    async get(id: string): Promise<User> {
      const user = await repository.find(id);
      if (!user) throw noUser();
      return presentUser(user);
    },

    /** Throws PASSWORD_REJECTED, EMAIL_EXISTS, USERNAME_EXISTS. */
    async create({ role = 'user', ...account }: NewAccount & { role?: 'user' | 'admin' | undefined }): Promise<User> {
      const user = await auth.createAccount(account, role);
      await audit.record({
        action: 'user.created',
        target: { kind: 'user', id: user.id, name: user.email },
        detail: { role },
      });
      return presentUser(user);
    },

    /** Who loses the right to work here is signed out everywhere at once. CONFLICT for the last admin. */
    async update(id: string, { role, is_active, name }: UserPatch): Promise<User> {
      const changed = await change(id, {
        ...(role !== undefined && { role }),
        ...(is_active !== undefined && { is_active: is_active ? 1 : 0 }),
        ...(name !== undefined && { name }),
      });
      if (!changed) throw noUser();
      const { before, after } = changed;
      if (!mayWork(after) || (isAdmin(before) && !isAdmin(after))) await shutOut(id);
      await writeDown(before, after);
      if (before.role === 'pending' && after.role !== 'pending') events.publish('user.approved', { user_id: id });
      return presentUser(after);
    },

    remove,

    /** One's own account. INVALID_CREDENTIALS for a wrong password, FORBIDDEN for a key, CONFLICT for the last admin. */
    async removeSelf({ userId, sessionId }: Pick<Actor, 'userId' | 'sessionId'>, password: string): Promise<void> {
      if (sessionId === null)
        throw new AppError('FORBIDDEN', { message: 'An API key cannot delete the account. Sign in to do that.' });
      if (!(await auth.isPassword(userId, password)))
        throw new AppError('INVALID_CREDENTIALS', { message: 'That is not your password.' });
      await remove(userId);
    },

    /** The job `users.purge`: may run any number of times. */
    async purge(id: string): Promise<void> {
      const left = await repository.find(id);
      // Stopped between the job's making and the row's end.
      if (left) await repository.delete(id);
      for await (const key of store.list(`${id}/`)) await store.delete(key);
    },
  };
}

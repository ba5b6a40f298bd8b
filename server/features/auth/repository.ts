import type { Kysely } from 'kysely';
import { compiled, insertRows, updateRow } from '../../db/compiled.ts';
import type { DB } from '../../db/schema.ts';
import type { Sessions, Users } from '../../db/schema-identity.ts';

/** A session with the person behind it. */
export type SessionWithUser = {
  session: Pick<
    Sessions,
    'id' | 'token_hash' | 'remember' | 'created_at' | 'last_seen_at' | 'idle_expires_at' | 'absolute_expires_at'
  >;
  user: Users;
};

export type Device = Omit<Sessions, 'token_hash' | 'user_id'>;

type UserChanges = Partial<
  Pick<Users, 'name' | 'username' | 'username_key' | 'password_hash' | 'last_active_at' | 'updated_at'>
>;

const userBy = {
  id: compiled((db, { id }: { id: string }) => db.selectFrom('users').selectAll().where('id', '=', id)),
  email: compiled((db, { email }: { email: string }) => db.selectFrom('users').selectAll().where('email', '=', email)),
  usernameKey: compiled((db, { key }: { key: string }) =>
    db.selectFrom('users').selectAll().where('username_key', '=', key),
  ),
};

const sessionsWithUser = (db: Kysely<DB>) =>
  db
    .selectFrom('sessions')
    .innerJoin('users', 'users.id', 'sessions.user_id')
    .selectAll('users')
    .select([
      'sessions.id as session_id',
      'token_hash',
      'remember',
      'sessions.created_at as begun_at',
      'last_seen_at',
      'idle_expires_at',
      'absolute_expires_at',
    ]);

const sessionBy = {
  id: compiled((db, { id }: { id: string }) => sessionsWithUser(db).where('sessions.id', '=', id)),
  tokenHash: compiled((db, { tokenHash }: { tokenHash: string }) =>
    sessionsWithUser(db).where('token_hash', '=', tokenHash),
  ),
};

export type AuthRepository = ReturnType<typeof createAuthRepository>;

export const createAuthRepository = (db: Kysely<DB>) => ({
  userById: (id: string): Promise<Users | undefined> => userBy.id.first(db, { id }),
  userByEmail: (email: string): Promise<Users | undefined> => userBy.email.first(db, { email }),
  userByUsernameKey: (key: string): Promise<Users | undefined> => userBy.usernameKey.first(db, { key }),

  /** The oldest admin whose account is on. */
  firstAdmin: (): Promise<Users | undefined> =>
    db
      .selectFrom('users')
      .selectAll()
      .where('role', '=', 'admin')
      .where('is_active', '=', 1)
      .orderBy('id')
      .limit(1)
      .executeTakeFirst(),
  async insertUser(user: Users): Promise<void> {
    await db.insertInto('users').values(user).execute();
  },
  updateUser: (id: string, changes: UserChanges): Promise<void> => updateRow(db, 'users', id, changes),

  async replacePasswordHash(id: string, from: string, to: string): Promise<void> {
    await db
      .updateTable('users')
      .set({ password_hash: to })
      .where('id', '=', id)
      .where('password_hash', '=', from)
      .execute();
  },

  async hasSetting(key: string): Promise<boolean> {
    return (await db.selectFrom('settings').select('key').where('key', '=', key).executeTakeFirst()) !== undefined;
  },
  /** Fails with a unique violation where the key is there: whoever inserts first has won. */
  async insertSetting(key: string, value: string, at: number): Promise<void> {
    await db.insertInto('settings').values({ key, value, updated_at: at }).execute();
  },

  insertSession: (session: Sessions): Promise<void> => insertRows(db, 'sessions', [session]),
  /** One query for the two rows that every request depends on. */
  async sessionWithUser(by: { id: string } | { tokenHash: string }): Promise<SessionWithUser | undefined> {
    const row = await ('id' in by ? sessionBy.id.first(db, by) : sessionBy.tokenHash.first(db, by));
    if (!row) return undefined;
    const {
      session_id: id,
      token_hash,
      remember,
      begun_at,
      last_seen_at,
      idle_expires_at,
      absolute_expires_at,
      ...user
    } = row;
    const session = {
      id,
      token_hash,
      remember,
      created_at: begun_at,
      last_seen_at,
      idle_expires_at,
      absolute_expires_at,
    };
    return { session, user };
  },
  /** Those that still live, newest first, past the session `before`; with those that a refresh token may wake where they are `revivable`. */
  liveSessions(
    userId: string,
    { at, limit, before, revivable }: { at: number; limit: number; before: string | undefined; revivable: boolean },
  ): Promise<Device[]> {
    return db
      .selectFrom('sessions')
      .select([
        'id',
        'user_agent',
        'ip',
        'remember',
        'created_at',
        'last_seen_at',
        'idle_expires_at',
        'absolute_expires_at',
      ])
      .where('user_id', '=', userId)
      .where((is) => is.or([is('idle_expires_at', '>', at), ...(revivable ? [is('remember', '=', 1)] : [])]))
      .where('absolute_expires_at', '>', at)
      .where((is) => (before === undefined ? is.lit(true) : is('id', '<', before)))
      .orderBy('id', 'desc')
      .limit(limit)
      .execute();
  },
  /** Of these sessions, those that are there and whose person is neither switched off nor waiting for approval. */
  async aliveSessions(ids: string[]): Promise<Set<string>> {
    const rows = await db
      .selectFrom('sessions')
      .innerJoin('users', 'users.id', 'sessions.user_id')
      .select('sessions.id')
      .where('sessions.id', 'in', ids)
      .where('users.is_active', '=', 1)
      .where('users.role', '<>', 'pending')
      .execute();
    return new Set(rows.map(({ id }) => id));
  },
  async sessionIds(userId: string): Promise<string[]> {
    return (await db.selectFrom('sessions').select('id').where('user_id', '=', userId).execute()).map(({ id }) => id);
  },
  /** Two requests at once may come here in either order: the later time stays. */
  async touchSession(id: string, { at, idleExpiresAt }: { at: number; idleExpiresAt: number }): Promise<void> {
    await db
      .updateTable('sessions')
      .set({ last_seen_at: at, idle_expires_at: idleExpiresAt })
      .where('id', '=', id)
      .where('last_seen_at', '<', at)
      .execute();
  },
  /** Whether there was such a session of this person. */
  async deleteSession(userId: string, id: string): Promise<boolean> {
    const { numDeletedRows } = await db
      .deleteFrom('sessions')
      .where('user_id', '=', userId)
      .where('id', '=', id)
      .executeTakeFirst();
    return numDeletedRows > 0n;
  },
  async deleteExpiredSessions(at: number, { revivable }: { revivable: boolean }): Promise<number> {
    const { numDeletedRows } = await db
      .deleteFrom('sessions')
      .where((is) =>
        is.or([
          is('absolute_expires_at', '<=', at),
          is.and([is('idle_expires_at', '<=', at), ...(revivable ? [is('remember', '=', 0)] : [])]),
        ]),
      )
      .executeTakeFirst();
    return Number(numDeletedRows);
  },
});

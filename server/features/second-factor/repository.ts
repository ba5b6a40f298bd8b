import type { Kysely } from 'kysely';
import { insertIfAbsent, upsert, type Engine } from '../../db/dialect.ts';
import type { DB } from '../../db/schema.ts';
import type { FactorFailures, FactorMoves, LoginChallenges, SecondFactors } from '../../db/schema-identity.ts';

export const createSecondFactorRepository = (db: Kysely<DB>, engine: Engine) => ({
  email: async (userId: string): Promise<string | undefined> =>
    (await db.selectFrom('users').select('email').where('id', '=', userId).executeTakeFirst())?.email,
  /** What the person could prove themselves with. */
  async proofs(userId: string): Promise<{ password: boolean; code: boolean }> {
    const row = await db
      .selectFrom('users')
      .select(['password_hash', 'second_factor_at'])
      .where('id', '=', userId)
      .executeTakeFirst();
    return { password: row?.password_hash != null, code: row?.second_factor_at != null };
  },
  async hasPasskey(userId: string): Promise<boolean> {
    const row = await db.selectFrom('passkeys').select('id').where('user_id', '=', userId).limit(1).executeTakeFirst();
    return row !== undefined;
  },
  /** Whether there were any. */
  async deletePasskeys(userId: string): Promise<boolean> {
    const { numDeletedRows } = await db.deleteFrom('passkeys').where('user_id', '=', userId).executeTakeFirst();
    return numDeletedRows > 0n;
  },
  factor: (userId: string): Promise<SecondFactors | undefined> =>
    db.selectFrom('second_factors').selectAll().where('user_id', '=', userId).executeTakeFirst(),
  /** Begins an enrolment, in place of one that was not confirmed. False where one is confirmed. */
  async putFactor(row: SecondFactors): Promise<boolean> {
    if (await insertIfAbsent(db, engine, 'second_factors', row)) return true;
    const { numUpdatedRows } = await db
      .updateTable('second_factors')
      .set({ secret: row.secret, created_at: row.created_at, last_step: row.last_step })
      .where('user_id', '=', row.user_id)
      .where('confirmed_at', 'is', null)
      .executeTakeFirstOrThrow();
    return numUpdatedRows === 1n;
  },
  /** Whether this secret was still waiting. */
  async confirm({ user_id, secret }: SecondFactors, step: number, at: number): Promise<boolean> {
    const { numUpdatedRows } = await db
      .updateTable('second_factors')
      .set({ confirmed_at: at, last_step: step })
      .where('user_id', '=', user_id)
      .where('secret', '=', secret)
      .where('confirmed_at', 'is', null)
      .executeTakeFirstOrThrow();
    return numUpdatedRows === 1n;
  },
  putMove: (row: FactorMoves): Promise<void> =>
    upsert(db, engine, 'factor_moves', row, ['user_id'], ['secret', 'expires_at']),
  move: (userId: string, at: number): Promise<FactorMoves | undefined> =>
    db
      .selectFrom('factor_moves')
      .selectAll()
      .where('user_id', '=', userId)
      .where('expires_at', '>', at)
      .executeTakeFirst(),
  /** Whether this secret was still waiting; then it is the factor's. */
  async takeMove(
    { user_id, secret: waiting }: Pick<FactorMoves, 'user_id' | 'secret'>,
    secret: string,
    step: number,
    at: number,
  ): Promise<boolean> {
    const { numDeletedRows } = await db
      .deleteFrom('factor_moves')
      .where('user_id', '=', user_id)
      .where('secret', '=', waiting)
      .executeTakeFirst();
    if (numDeletedRows === 0n) return false;
    const { numUpdatedRows } = await db
      .updateTable('second_factors')
      .set({ secret, confirmed_at: at, last_step: step })
      .where('user_id', '=', user_id)
      .where('confirmed_at', 'is not', null)
      .executeTakeFirstOrThrow();
    return numUpdatedRows === 1n;
  },
  /** Whether no code of this step, or of a later one, was used: of many at once, one is told so. */
  async takeStep(userId: string, step: number): Promise<boolean> {
    const { numUpdatedRows } = await db
      .updateTable('second_factors')
      .set({ last_step: step })
      .where('user_id', '=', userId)
      .where('last_step', '<', step)
      .executeTakeFirstOrThrow();
    return numUpdatedRows === 1n;
  },
  /** Whether there was one. */
  async deleteFactor(userId: string): Promise<boolean> {
    await db.deleteFrom('factor_moves').where('user_id', '=', userId).execute();
    const { numDeletedRows } = await db.deleteFrom('second_factors').where('user_id', '=', userId).executeTakeFirst();
    return numDeletedRows === 1n;
  },
  async setSince(userId: string, at: number | null): Promise<void> {
    await db.updateTable('users').set({ second_factor_at: at }).where('id', '=', userId).execute();
  },

  backupHashes: async (userId: string): Promise<string[]> =>
    (await db.selectFrom('backup_codes').select('code_hash').where('user_id', '=', userId).execute()).map(
      ({ code_hash }) => code_hash,
    ),
  async replaceBackupCodes(userId: string, hashes: readonly string[], at: number): Promise<void> {
    await db.deleteFrom('backup_codes').where('user_id', '=', userId).execute();
    const rows = hashes.map((code_hash) => ({ user_id: userId, code_hash, created_at: at }));
    if (rows.length) await db.insertInto('backup_codes').values(rows).execute();
  },
  /** Whether it was still there: of many at once, one is told so. */
  async takeBackupCode(userId: string, hash: string): Promise<boolean> {
    const { numDeletedRows } = await db
      .deleteFrom('backup_codes')
      .where('user_id', '=', userId)
      .where('code_hash', '=', hash)
      .executeTakeFirst();
    return numDeletedRows === 1n;
  },

  failures: (userId: string): Promise<FactorFailures | undefined> =>
    db.selectFrom('factor_failures').selectAll().where('user_id', '=', userId).executeTakeFirst(),
  /** Whether there were none yet. */
  startFailures: (userId: string, at: number): Promise<boolean> =>
    insertIfAbsent(db, engine, 'factor_failures', { user_id: userId, failures: 1, last_at: at }),
  /** Whether what was read is still so. */
  async changeFailures(from: FactorFailures, to: { failures: number; last_at: number }): Promise<boolean> {
    const { numUpdatedRows } = await db
      .updateTable('factor_failures')
      .set(to)
      .where('user_id', '=', from.user_id)
      .where('failures', '=', from.failures)
      .where('last_at', '=', from.last_at)
      .executeTakeFirstOrThrow();
    return numUpdatedRows === 1n;
  },
  async forgetFailures(userId: string): Promise<void> {
    await db.deleteFrom('factor_failures').where('user_id', '=', userId).execute();
  },

  async endChallenges(userId: string): Promise<void> {
    await db.deleteFrom('login_challenges').where('user_id', '=', userId).execute();
  },
  async putChallenge(row: LoginChallenges, at: number): Promise<void> {
    await db.deleteFrom('login_challenges').where('user_id', '=', row.user_id).where('expires_at', '<=', at).execute();
    await db.insertInto('login_challenges').values(row).execute();
  },
  challenge: (hash: string, at: number): Promise<LoginChallenges | undefined> =>
    db
      .selectFrom('login_challenges')
      .selectAll()
      .where('challenge_hash', '=', hash)
      .where('expires_at', '>', at)
      .executeTakeFirst(),
  /** Whether it was still there. */
  async takeChallenge(hash: string): Promise<boolean> {
    const { numDeletedRows } = await db
      .deleteFrom('login_challenges')
      .where('challenge_hash', '=', hash)
      .executeTakeFirst();
    return numDeletedRows === 1n;
  },
});
export type SecondFactorRepository = ReturnType<typeof createSecondFactorRepository>;

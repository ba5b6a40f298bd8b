import { createHash, randomBytes } from 'node:crypto';
import type { Kysely } from 'kysely';
import type { BackupCodes, Enrolment, SecondFactor } from '../../../shared/api/second-factor.ts';
import type { Role } from '../../../shared/permissions.ts';
import type { Engine } from '../../db/dialect.ts';
import type { DB } from '../../db/schema.ts';
import type { LoginChallenges, Users } from '../../db/schema-identity.ts';
import { createTransactor } from '../../db/transaction.ts';
import type { Actor } from '../../http-kit/actor.ts';
import type { Client } from '../../http-kit/client.ts';
import { minutes, toIso, type Clock } from '../../lib/clock.ts';
import type { Sealer } from '../../lib/crypto.ts';
import { AppError, invalidField } from '../../lib/errors.ts';
import type { EventBus } from '../../platform/events/driver.ts';
import type { AuditService } from '../audit/service.ts';
import type { IsRight, SecondStep } from '../auth/service.ts';
import { createAttempts } from './attempts.ts';
import { findBackupCode, hashBackupCodes, newBackupCodes } from './backup-codes.ts';
import { createMoves } from './move.ts';
import { createSecondFactorRepository } from './repository.ts';
import { newTotpSecret, otpauthUrl, stepOf } from './totp.ts';

type Deps = {
  db: Kysely<DB>;
  engine: Engine;
  sealer: Sealer;
  /** Whoever has one of these roles needs a second factor. */
  requiredRoles: () => Promise<readonly Role[]>;
  events: Pick<EventBus, 'publish'>;
  audit: Pick<AuditService, 'record'>;
  now: Clock;
};

/** The password, or a code of the factor. */
export type Proof = { password?: string | undefined; code?: string | undefined };
type IsPassword = (userId: string, password: string) => Promise<boolean>;

const CHALLENGE_MS = minutes(5);
const ISSUER = 'Carrel';

const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex');

export type SecondFactorService = ReturnType<typeof createSecondFactorService>;

/** TOTP with backup codes: enrolled, asked for at sign-in, switched off. */
export function createSecondFactorService({ db, engine, sealer, requiredRoles, events, audit, now }: Deps) {
  const repository = createSecondFactorRepository(db, engine);
  const inTransaction = createTransactor({ db });
  const attempts = createAttempts(repository, (user_id) => events.publish('factor.locked', { user_id }), now);
  const moves = createMoves({ repository, sealer, issuer: ISSUER, now });
  const context = (userId: string): string => `totp ${userId}`;

  async function isCode(userId: string, code: string): Promise<boolean> {
    const factor = await repository.factor(userId);
    if (!factor || factor.confirmed_at === null) return false;
    const digits = code.replaceAll(/[\s-]/g, '');
    if (/^\d{6}$/.test(digits)) {
      const step = stepOf(sealer.open(factor.secret, context(userId)), digits, now());
      return step !== undefined && (await repository.takeStep(userId, step));
    }
    const found = await findBackupCode(await repository.backupHashes(userId), code);
    if (found === undefined || !(await repository.takeBackupCode(userId, found))) return false;
    events.publish('factor.changed', { user_id: userId, change: 'backup_code_used' });
    return true;
  }

  /** Throws TOTP_INVALID, INVALID_CREDENTIALS and ACCOUNT_LOCKED: passwords count as codes do. */
  async function prove(userId: string, { password, code }: Proof, isPassword: IsPassword): Promise<void> {
    const passed = await attempts.count(userId, async () =>
      password === undefined ? isCode(userId, code ?? '') : isPassword(userId, password),
    );
    if (passed) return;
    if (password === undefined) throw new AppError('TOTP_INVALID');
    throw new AppError('INVALID_CREDENTIALS', { message: 'The password is not right.' });
  }

  async function freshCodes(): Promise<{ codes: string[]; hashes: string[] }> {
    const codes = newBackupCodes();
    return { codes, hashes: await hashBackupCodes(codes) };
  }

  const notOn = (): AppError => new AppError('CONFLICT', { message: 'The second factor is not switched on.' });
  const isOn = (): AppError => new AppError('CONFLICT', { message: 'The second factor is switched on already.' });
  const tooLate = (): AppError =>
    new AppError('SESSION_EXPIRED', {
      message: 'That took too long, or was done elsewhere. Give your password again.',
    });

  /** Takes the factor away with all that belongs to it. Whether one was on. */
  const clear = (userId: string): Promise<boolean> =>
    inTransaction(async (tx) => {
      const inside = createSecondFactorRepository(tx, engine);
      const wasOn = (await inside.factor(userId))?.confirmed_at != null;
      await inside.deleteFactor(userId);
      await inside.replaceBackupCodes(userId, [], now());
      await inside.setSince(userId, null);
      await inside.endChallenges(userId);
      return wasOn;
    });

  /** The label is what the app shows beside the code. Throws AUTH_REQUIRED for somebody who is gone. */
  async function labelOf(userId: string): Promise<string> {
    const email = await repository.email(userId);
    if (email === undefined) throw new AppError('AUTH_REQUIRED');
    return email;
  }

  /** The step of a code of a secret that waits. Throws TOTP_INVALID and ACCOUNT_LOCKED. */
  async function firstStep(userId: string, code: string, stepFor: (digits: string) => number | undefined) {
    let used: number | undefined;
    await attempts.count(userId, async () => {
      used = stepFor(code.replaceAll(/[\s-]/g, ''));
      return used !== undefined;
    });
    if (used === undefined) throw new AppError('TOTP_INVALID');
    return used;
  }

  /** The new phone shows its first code: from now on it is the factor, with backup codes of its own. */
  async function settle(userId: string, code: string): Promise<BackupCodes> {
    const move = await moves.waiting(userId);
    if (!move) throw isOn();
    const step = await firstStep(userId, code, move.stepOf);
    const { codes, hashes } = await freshCodes();
    const secret = sealer.seal(move.secret, context(userId));
    await inTransaction(async (tx) => {
      const inside = createSecondFactorRepository(tx, engine);
      if (!(await inside.takeMove({ user_id: userId, secret: move.sealed }, secret, step, now()))) throw isOn();
      await inside.replaceBackupCodes(userId, hashes, now());
      await inside.setSince(userId, now());
      await inside.endChallenges(userId);
    });
    events.publish('factor.changed', { user_id: userId, change: 'moved' });
    return { backup_codes: codes };
  }

  const isRequired = async ({ role }: Pick<Users, 'role'>): Promise<boolean> => (await requiredRoles()).includes(role);

  /** Whether this is the one factor of somebody whose role needs one: a passkey is one, too. */
  const isNeeded = async (userId: string, role: Role): Promise<boolean> =>
    (await isRequired({ role })) && !(await repository.hasPasskey(userId));

  /** Throws SESSION_EXPIRED for a challenge that is over, or that another program asked for. */
  async function waiting(challenge: string, client: Client): Promise<LoginChallenges> {
    const found = await repository.challenge(hashOf(challenge), now());
    if (!found || found.client_hash !== hashOf(client.userAgent)) throw tooLate();
    return found;
  }

  const step: SecondStep = {
    async challenge(user: Users, { remember, client }): Promise<string> {
      const challenge = randomBytes(32).toString('base64url');
      const at = now();
      const row = {
        challenge_hash: hashOf(challenge),
        user_id: user.id,
        client_hash: hashOf(client.userAgent),
        remember: remember ? 1 : 0,
        expires_at: at + CHALLENGE_MS,
      } as const;
      await repository.putChallenge(row, at);
      return challenge;
    },

    async redeem(challenge: string, proof: string | IsRight, client: Client) {
      const found = await waiting(challenge, client);
      const { user_id: userId, challenge_hash: hash } = found;
      const isRight = () => (typeof proof === 'string' ? isCode(userId, proof) : proof(userId));
      if (!(await attempts.count(userId, isRight))) {
        events.publish('sign_in.failed', { user_id: found.user_id, code: 'TOTP_INVALID' });
        throw new AppError('TOTP_INVALID');
      }
      if (!(await repository.takeChallenge(hash))) throw tooLate();
      return { userId: found.user_id, remember: found.remember === 1 };
    },

    // A passkey that nobody has to have is a further way in, and takes none away.
    isDemanded: async (user) =>
      user.second_factor_at !== null || ((await isRequired(user)) && (await repository.hasPasskey(user.id))),
    // A passkey is unlocked by its person: two factors in one.
    isLacking: async (user) =>
      user.second_factor_at === null && (await isRequired(user)) && !(await repository.hasPasskey(user.id)),
  };

  return {
    ...step,
    isRequired,

    /** Whose second step this challenge is. Throws SESSION_EXPIRED. */
    whoWaits: async (challenge: string, client: Client): Promise<string> => (await waiting(challenge, client)).user_id,

    /**
     * Before a change that opens or closes a way in: the password or a code, of whoever has either. Throws VALIDATION_FAILED where
     * nothing was given, TOTP_INVALID, INVALID_CREDENTIALS and ACCOUNT_LOCKED.
     */
    async confirmIdentity(userId: string, proof: Proof, isPassword: IsPassword): Promise<void> {
      const has = await repository.proofs(userId);
      if (!has.password && !has.code) return;
      if (proof.password === undefined && proof.code === undefined)
        throw invalidField(has.password ? 'password' : 'code', 'Give your password or a code.');
      await prove(userId, proof, isPassword);
    },

    async status({ userId, role }: Actor): Promise<SecondFactor> {
      const since = (await repository.factor(userId))?.confirmed_at ?? null;
      const left = since === null ? 0 : (await repository.backupHashes(userId)).length;
      return {
        enabled: since !== null,
        since: since === null ? null : toIso(since),
        backup_codes_left: left,
        required: await isNeeded(userId, role),
      };
    },

    /** A secret that waits for its first code; one that waited before is forgotten. Throws CONFLICT where the factor is on. */
    async enroll({ userId }: Actor): Promise<Enrolment> {
      const label = await labelOf(userId);
      const secret = newTotpSecret();
      const begun = await repository.putFactor({
        user_id: userId,
        secret: sealer.seal(secret, context(userId)),
        created_at: now(),
        confirmed_at: null,
        last_step: 0,
      });
      if (!begun) throw isOn();
      return { secret, otpauth_url: otpauthUrl(secret, { issuer: ISSUER, label }) };
    },

    /**
     * A secret for a new phone. The old factor holds until the new one is confirmed; the password alone moves nothing. Throws TOTP_INVALID,
     * ACCOUNT_LOCKED, and CONFLICT where the factor is off.
     */
    async move({ userId }: Actor, code: string): Promise<Enrolment> {
      const label = await labelOf(userId);
      if ((await repository.factor(userId))?.confirmed_at == null) throw notOn();
      if (!(await attempts.count(userId, () => isCode(userId, code)))) throw new AppError('TOTP_INVALID');
      return moves.begin(userId, label);
    },

    /** Switches the factor on with a first code, or over to the new phone that it is moved to. Throws TOTP_INVALID, ACCOUNT_LOCKED and CONFLICT. */
    async confirm({ userId }: Actor, code: string): Promise<BackupCodes> {
      const factor = await repository.factor(userId);
      if (!factor) throw new AppError('CONFLICT', { message: 'Begin with a new secret.' });
      if (factor.confirmed_at !== null) return settle(userId, code);
      const first = await firstStep(userId, code, (digits) =>
        stepOf(sealer.open(factor.secret, context(userId)), digits, now()),
      );
      const { codes, hashes } = await freshCodes();
      const at = now();
      await inTransaction(async (tx) => {
        const inside = createSecondFactorRepository(tx, engine);
        if (!(await inside.confirm(factor, first, at))) throw isOn();
        await inside.replaceBackupCodes(userId, hashes, at);
        await inside.setSince(userId, at);
      });
      events.publish('factor.changed', { user_id: userId, change: 'on' });
      return { backup_codes: codes };
    },

    /** Ten new ones in place of those that are left. Throws as `remove`. */
    async renewBackupCodes({ userId }: Actor, proof: Proof, isPassword: IsPassword): Promise<BackupCodes> {
      if ((await repository.factor(userId))?.confirmed_at == null) throw notOn();
      await prove(userId, proof, isPassword);
      const { codes, hashes } = await freshCodes();
      await inTransaction((tx) => createSecondFactorRepository(tx, engine).replaceBackupCodes(userId, hashes, now()));
      events.publish('factor.changed', { user_id: userId, change: 'backup_codes' });
      return { backup_codes: codes };
    },

    /**
     * Switches the factor off. Throws TOTP_INVALID, INVALID_CREDENTIALS, ACCOUNT_LOCKED, CONFLICT where it is off, and FORBIDDEN where
     * the person's role needs it and no passkey stands in for it.
     */
    async remove({ userId, role }: Actor, proof: Proof, isPassword: IsPassword): Promise<void> {
      if ((await repository.factor(userId))?.confirmed_at == null) throw notOn();
      if (await isNeeded(userId, role))
        throw new AppError('FORBIDDEN', {
          message: 'Your account needs its second factor here, so it cannot be switched off.',
          details: { suggestion: 'For a new phone, move it there; with neither phone nor backup code, ask an admin.' },
        });
      await prove(userId, proof, isPassword);
      await clear(userId);
      events.publish('factor.changed', { user_id: userId, change: 'off' });
    },

    /**
     * Takes the factor of somebody away who cannot use it any more, with their passkeys, and signs them out everywhere. Quiet where there is none. Throws NOT_FOUND, and FORBIDDEN for
     * one's own: an open page of an admin is not enough for that.
     */
    async reset(actor: Actor, userId: string, endSessions: (userId: string) => Promise<void>): Promise<void> {
      if (actor.userId === userId)
        throw new AppError('FORBIDDEN', {
          message: 'Your own second factor is switched off in your settings, with your password or a code.',
        });
      if ((await repository.email(userId)) === undefined)
        throw new AppError('NOT_FOUND', { message: 'There is no such person.' });
      const hadPasskeys = await repository.deletePasskeys(userId);
      if (!(await clear(userId)) && !hadPasskeys) return;
      await repository.forgetFailures(userId);
      await endSessions(userId);
      await audit.record({ action: 'factor.reset', target: { kind: 'user', id: userId } });
      events.publish('factor.changed', { user_id: userId, change: 'reset' });
    },
  };
}

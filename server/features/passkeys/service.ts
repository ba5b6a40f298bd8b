import type { Kysely } from 'kysely';
import type { AssertionJson, Passkey, RegistrationJson } from '../../../shared/api/passkeys.ts';
import type { Config } from '../../config.ts';
import { isUniqueViolation } from '../../db/dialect.ts';
import type { DB, Passkeys } from '../../db/schema.ts';
import type { Actor } from '../../http-kit/actor.ts';
import type { Client } from '../../http-kit/client.ts';
import { toIso, type Clock } from '../../lib/clock.ts';
import { AppError } from '../../lib/errors.ts';
import { newId } from '../../lib/ids.ts';
import type { EventBus } from '../../platform/events/driver.ts';
import type { AuthService, Origin } from '../auth/service.ts';
import type { SignIn } from '../auth/sessions.ts';
import type { WaysIn } from '../identities/ways-in.ts';
import type { Proof, SecondFactorService } from '../second-factor/service.ts';
import { createCeremonies, hashOf, type Bound } from './ceremonies.ts';
import { createPasskeyRepository } from './repository.ts';

type Deps = {
  db: Kysely<DB>;
  config: Pick<Config, 'publicUrl' | 'ownOrigins'>;
  auth: Pick<AuthService, 'arrive' | 'loginWithCode' | 'isPassword'>;
  secondFactor: Pick<SecondFactorService, 'confirmIdentity' | 'isRequired' | 'whoWaits'>;
  waysIn: WaysIn;
  events: Pick<EventBus, 'publish'>;
  now: Clock;
};

const MOST = 20;

export type PasskeyService = ReturnType<typeof createPasskeyService>;

/** Passkeys: made and kept by their person, shown instead of a password or as the second step after it. */
export function createPasskeyService({ db, config, auth, secondFactor, waysIn, events, now }: Deps) {
  const repository = createPasskeyRepository(db);
  const ceremonies = createCeremonies({ config, repository, now });

  const adding = ({ userId, sessionId }: Actor): Bound => ({ purpose: 'add', to: `${userId} ${sessionId}` });
  /** Of a sign-in that begins with a passkey: the program that asked. */
  const entering = ({ userAgent }: Client): Bound => ({ purpose: 'sign-in', to: userAgent });
  const stepping = (challenge: string): Bound => ({ purpose: 'step', to: challenge });

  async function own({ userId }: Actor) {
    const user = await repository.user(userId);
    if (!user) throw new AppError('AUTH_REQUIRED');
    return user;
  }

  const notRight = (): AppError =>
    new AppError('INVALID_CREDENTIALS', {
      message: 'This passkey is not known here, or that took too long. Try again.',
    });

  /** The key that was shown, after everything about it was found right. */
  async function keyOf(assertion: AssertionJson, bound: Bound): Promise<Passkeys | undefined> {
    const key = await repository.byCredential(hashOf(assertion.id));
    if (!key) return undefined;
    const { userHandle } = assertion.response;
    if (userHandle != null && Buffer.from(userHandle, 'base64url').toString() !== key.user_id) return undefined;
    const shown = await ceremonies.shown(assertion, key, bound);
    if (!shown) return undefined;
    // Keys that are synced do not count: theirs is always 0.
    const counts = shown.newCounter > 0 || key.counter > 0;
    const advances = !counts || shown.newCounter > key.counter;
    const use = { counter: shown.newCounter, at: now(), backedUp: shown.credentialBackedUp };
    if (advances && (await repository.use(key, use))) return key;
    events.publish('passkey.copied', { user_id: key.user_id, passkey_id: key.id });
    return undefined;
  }

  return {
    isPossible: ceremonies.isPossible,

    list: async ({ userId }: Actor): Promise<{ items: Passkey[]; next_cursor: null }> => ({
      items: (await repository.of(userId)).map(present),
      next_cursor: null,
    }),

    /** What the browser makes a key with. Throws VALIDATION_FAILED, INVALID_CREDENTIALS, TOTP_INVALID, ACCOUNT_LOCKED and CONFLICT. */
    async begin(actor: Actor, proof: Proof) {
      const user = await own(actor);
      await secondFactor.confirmIdentity(user.id, proof, auth.isPassword);
      const existing = await repository.of(user.id);
      if (existing.length >= MOST)
        throw new AppError('CONFLICT', { message: `An account has ${MOST} passkeys at most. Remove one first.` });
      return ceremonies.creationOptions(user, existing, adding(actor));
    },

    /** Throws VALIDATION_FAILED for what was not asked for here, and CONFLICT for a key that is known. */
    async add(actor: Actor, { name, credential }: { name: string; credential: RegistrationJson }): Promise<Passkey> {
      const made = await ceremonies.registered(credential, adding(actor));
      if (!made)
        throw new AppError('VALIDATION_FAILED', {
          message: 'This passkey was not made for here, or too late. Try again.',
        });
      const row: Passkeys = {
        id: newId(),
        user_id: actor.userId,
        credential_hash: hashOf(made.credential.id),
        credential_id: made.credential.id,
        public_key: Buffer.from(made.credential.publicKey).toString('base64url'),
        counter: made.credential.counter,
        transports: JSON.stringify(made.credential.transports ?? []),
        backed_up: made.credentialBackedUp ? 1 : 0,
        name,
        created_at: now(),
        last_used_at: null,
      };
      try {
        await repository.insert(row);
      } catch (error) {
        if (!isUniqueViolation(error)) throw error;
        throw new AppError('CONFLICT', { message: 'This passkey is known here already.', cause: error });
      }
      events.publish('factor.changed', { user_id: actor.userId, change: 'passkey_added', name });
      return present(row);
    },

    /** Throws NOT_FOUND. */
    async rename({ userId }: Actor, id: string, name: string): Promise<Passkey> {
      const row = await repository.find(userId, id);
      if (!row) throw new AppError('NOT_FOUND', { message: 'There is no such passkey.' });
      await repository.rename(userId, id, name);
      return present({ ...row, name });
    },

    /** Quiet where there is none. Throws as `begin`; CONFLICT where nothing would be left to sign in with, FORBIDDEN for the factor that the person's role needs. */
    async remove(actor: Actor, id: string, proof: Proof): Promise<void> {
      const { userId } = actor;
      const row = await repository.find(userId, id);
      if (!row) return;
      await secondFactor.confirmIdentity(userId, proof, auth.isPassword);
      const user = await own(actor);
      const isNeeded = user.second_factor_at === null && (await secondFactor.isRequired(actor));
      const removed = await waysIn.close(userId, async (tx) => {
        const inside = createPasskeyRepository(tx);
        const found = await inside.delete(id);
        if (found && isNeeded && (await inside.of(userId)).length === 0) throw needed();
        return found;
      });
      if (!removed) return;
      events.publish('factor.changed', { user_id: userId, change: 'passkey_removed', name: row.name });
    },

    /** What the browser shows a key with: any, or as the second step of a sign-in those of its person. Throws SESSION_EXPIRED and CONFLICT. */
    async ask(challenge: string | undefined, client: Client) {
      if (challenge === undefined) return ceremonies.requestOptions(entering(client));
      const theirs = await repository.of(await secondFactor.whoWaits(challenge, client));
      if (theirs.length === 0)
        throw new AppError('CONFLICT', { message: 'There is no passkey for this account. Type a code.' });
      return ceremonies.requestOptions(stepping(challenge), theirs);
    },

    /**
     * A sign-in. By a passkey alone: it is had, and unlocked by a finger or PIN, which is two factors. Throws INVALID_CREDENTIALS, as the
     * second step TOTP_INVALID, ACCOUNT_LOCKED and SESSION_EXPIRED, and as `AuthService.arrive`.
     */
    async enter(
      {
        credential,
        challenge,
        remember,
      }: { credential: AssertionJson; challenge?: string | undefined; remember: boolean },
      from: Origin,
    ): Promise<SignIn> {
      if (challenge !== undefined) {
        const isRight = async (userId: string) => (await keyOf(credential, stepping(challenge)))?.user_id === userId;
        return auth.loginWithCode({ challenge, code: isRight }, from);
      }
      const key = await keyOf(credential, entering(from.client));
      const user = key && (await repository.user(key.user_id));
      if (!user) {
        events.publish('sign_in.failed', { user_id: key?.user_id ?? null, code: 'INVALID_CREDENTIALS' });
        throw notRight();
      }
      return auth.arrive(user, { method: 'passkey', factors: 2, remember }, from);
    },
  };
}

const needed = (): AppError =>
  new AppError('FORBIDDEN', {
    message: 'Your account needs a second factor here, and this passkey is the only one.',
    details: { suggestion: 'Add another passkey or an authenticator app first.' },
  });

const present = (row: Passkeys): Passkey => ({
  id: row.id,
  name: row.name,
  synced: row.backed_up === 1,
  created_at: toIso(row.created_at),
  last_used_at: row.last_used_at === null ? null : toIso(row.last_used_at),
});

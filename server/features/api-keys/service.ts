import type { Kysely } from 'kysely';
import type { NewApiKey, VerifiedApiKey } from '../../../shared/api/api-keys.ts';
import type { User } from '../../../shared/api/auth.ts';
import type { Scope } from '../../../shared/permissions.ts';
import type { DB } from '../../db/schema.ts';
import type { ApiKeys, Users } from '../../db/schema-identity.ts';
import { checkMayWork, secondFactorNeeded } from '../../http-kit/access.ts';
import type { Actor } from '../../http-kit/actor.ts';
import { days, minutes, seconds, toIso, type Clock } from '../../lib/clock.ts';
import { AppError, invalidField } from '../../lib/errors.ts';
import { newId } from '../../lib/ids.ts';
import type { Logger } from '../../lib/logger.ts';
import { createRecent } from '../../lib/recent.ts';
import type { EventBus } from '../../platform/events/driver.ts';
import { hashKey, isKeyShaped, makeKey, prefixOf } from './key-format.ts';
import { presentKey, scopesOf } from './present.ts';
import { createApiKeyRepository, type KeyWithUser } from './repository.ts';

type Deps = {
  db: Kysely<DB>;
  /** Keys live this many days at most, and without a wish of their own; 0 for no limit. */
  mostDays: () => Promise<number>;
  /** Whether a person's role needs a second factor that they do not have. */
  lacksSecondFactor: (user: Users) => Promise<boolean>;
  events: Pick<EventBus, 'publish'>;
  /** A person as the API shows them. */
  presentUser: (user: Users) => User;
  logger: Pick<Logger, 'warn'>;
  now: Clock;
};

/** A key with what is made of it at each request. */
type Found = KeyWithUser & {
  /** When this very text stops being valid; null for never. */
  endsAt: number | null;
  scopes: Scope[];
  shown: User;
};

/** After a rotation the old text has an end of its own. */
const endOf = ({ key }: KeyWithUser, hash: string): number | null =>
  key.key_hash === hash ? key.expires_at : (key.previous_expires_at ?? 0);

/** What a key may be used for: an admin's scope is worth nothing to a person who is none any more. */
const usableScopes = ({ key, user }: KeyWithUser): Scope[] =>
  scopesOf(key).filter((scope) => scope !== 'metrics' || user.role === 'admin');

export type ApiKeyService = ReturnType<typeof createApiKeyService>;

const defaultScopes: readonly Scope[] = ['chat', 'models', 'files', 'documents'];

/** `last_used_at` is written at most this often. */
const TOUCH_EVERY_MS = minutes(1);
/** A key that another process has ended still works here for this long. */
const RECENT_MS = seconds(2);
/** Long enough to carry a new key to where the old one is used. */
const DEFAULT_GRACE_SECONDS = 3_600;
const MAX_KEYS = 100;

/** Keys that programs of a person carry: made, listed, rotated, ended, and who is behind one. */
export function createApiKeyService({ db, mostDays, lacksSecondFactor, events, presentUser, logger, now }: Deps) {
  const repository = createApiKeyRepository(db);
  const recent = createRecent<Found>({ forMs: RECENT_MS, now });

  async function expiry(wanted: number | null | undefined, at: number): Promise<number | null> {
    const apiKeyDays = await mostDays();
    const length = wanted ?? (apiKeyDays === 0 ? null : apiKeyDays);
    if (apiKeyDays !== 0 && length !== null && length > apiKeyDays)
      throw invalidField('expires_in_days', `Keys live ${apiKeyDays} days at most here.`);
    return length === null ? null : at + days(length);
  }

  const noKey = (): AppError => new AppError('NOT_FOUND', { message: 'There is no such API key.' });

  /** Follows every use of a key; that it fails (a full disk) takes nobody's reading away. */
  async function touch(key: ApiKeys, at: number): Promise<void> {
    const { id, last_used_at: last } = key;
    if (last !== null && at - last < TOUCH_EVERY_MS) return;
    key.last_used_at = at;
    try {
      await repository.touch(id, at);
    } catch (error) {
      logger.warn({ err: error }, 'the use of an API key could not be noted');
    }
  }

  /** What is refused is looked up each time, so that it works at once when it may. */
  const mayWork = ({ user }: KeyWithUser): boolean => user.is_active === 1 && user.role !== 'pending';

  /** `recently`: what was found a moment ago will do. */
  async function find(key: string, recently = false): Promise<Found | undefined> {
    if (!isKeyShaped(key)) return undefined;
    const hash = hashKey(key);
    const known = recently ? recent.get(hash) : undefined;
    if (known) return known;
    const row = await repository.byHash(hash);
    if (!row) return undefined;
    const found = { ...row, endsAt: endOf(row, hash), scopes: usableScopes(row), shown: presentUser(row.user) };
    if (mayWork(found)) recent.set(hash, found);
    return found;
  }

  return {
    /** Throws SCOPE_REQUIRED for a scope that the person may not hand on, CONFLICT past the number of keys that one may have. */
    async create(
      actor: Actor,
      {
        name,
        scopes = [...defaultScopes],
        expires_in_days,
      }: { name: string; scopes?: Scope[] | undefined; expires_in_days?: number | null | undefined },
    ): Promise<NewApiKey> {
      // A session outlives its person's approval; keys for later are not made with it.
      checkMayWork(actor);
      if (scopes.includes('metrics') && actor.role !== 'admin')
        throw new AppError('SCOPE_REQUIRED', { message: 'Only an admin’s key can have the scope "metrics".' });
      if ((await repository.count(actor.userId)) >= MAX_KEYS)
        throw new AppError('CONFLICT', { message: `${MAX_KEYS} keys are the most. Delete one that is not used.` });
      const at = now();
      const key = makeKey();
      const row: ApiKeys = {
        id: newId(),
        user_id: actor.userId,
        name,
        prefix: prefixOf(key),
        key_hash: hashKey(key),
        scopes: JSON.stringify([...new Set(scopes)]),
        created_at: at,
        issued_at: at,
        expires_at: await expiry(expires_in_days, at),
        last_used_at: null,
        previous_hash: null,
        previous_expires_at: null,
      };
      await repository.insert(row);
      events.publish('api_key.created', { user_id: actor.userId, api_key_id: row.id });
      return { ...presentKey(row, at), key };
    },

    async list(actor: Actor, { limit, cursor }: { limit: number; cursor?: string | undefined }) {
      const rows = await repository.list(actor.userId, { limit: limit + 1, before: cursor });
      const items = rows.slice(0, limit);
      const at = now();
      return {
        items: items.map((row) => presentKey(row, at)),
        next_cursor: rows.length > limit ? (items.at(-1)?.id ?? null) : null,
      };
    },

    /**
     * A new key in place of the old, with its name and scopes and for as long as the old one was given; the old one lives on for the grace.
     * Throws NOT_FOUND, and CONFLICT for one that has expired and when another rotation came first.
     */
    async rotate(actor: Actor, id: string, graceSeconds = DEFAULT_GRACE_SECONDS): Promise<NewApiKey> {
      checkMayWork(actor);
      const old = await repository.owned(actor.userId, id);
      if (!old) throw noKey();
      const at = now();
      if (old.expires_at !== null && old.expires_at <= at)
        throw new AppError('CONFLICT', { message: 'This key has expired. Make a new one.' });
      const key = makeKey();
      const changes = {
        key_hash: hashKey(key),
        prefix: prefixOf(key),
        issued_at: at,
        expires_at: old.expires_at === null ? await expiry(null, at) : at + (old.expires_at - old.issued_at),
        previous_hash: old.key_hash,
        previous_expires_at: Math.min(at + seconds(graceSeconds), old.expires_at ?? Infinity),
      };
      if (!(await repository.rotate(old, changes))) throw new AppError('CONFLICT');
      recent.clear();
      events.publish('api_key.rotated', { user_id: actor.userId, api_key_id: id });
      return { ...presentKey({ ...old, ...changes }, at), key };
    },

    /** Ends a key, and the one before it that may still live. Says nothing about whether there was one. */
    async remove(actor: Actor, id: string): Promise<void> {
      recent.clear();
      if (await repository.delete(actor.userId, id))
        events.publish('api_key.revoked', { user_id: actor.userId, api_key_id: id });
    },

    /** What is known of keys is looked up anew: something about a person has changed. */
    forget: (): void => recent.clear(),

    /** Who is behind a key. Throws AUTH_REQUIRED for what is no key, TOKEN_EXPIRED, USER_INACTIVE, USER_PENDING, and FORBIDDEN without a second factor that is needed, for those who hold one. */
    async byKey(key: string): Promise<{ actor: Actor; user: User; csrfToken: null }> {
      const at = now();
      const found = await find(key, true);
      if (!found) throw new AppError('AUTH_REQUIRED', { message: 'This API key is not valid.' });
      const { endsAt } = found;
      if (endsAt !== null && endsAt <= at)
        throw new AppError('TOKEN_EXPIRED', { message: 'This API key has expired. Make or rotate one in Settings.' });
      if (found.user.is_active !== 1) throw new AppError('USER_INACTIVE');
      if (found.user.role === 'pending') throw new AppError('USER_PENDING');
      if (await lacksSecondFactor(found.user)) throw secondFactorNeeded();
      await touch(found.key, at);
      const actor: Actor = {
        userId: found.user.id,
        role: found.user.role,
        scopes: new Set(found.scopes),
        sessionId: null,
        via: 'api_key',
        lacksSecondFactor: false,
      };
      return { actor, user: found.shown, csrfToken: null };
    },

    /** For programs that guard a door of their own. Never says why a key is not valid. */
    async verify(key: string | null): Promise<VerifiedApiKey> {
      const at = now();
      const found = key === null ? undefined : await find(key);
      if (!found) return { valid: false };
      const { user, endsAt } = found;
      const refused = user.is_active !== 1 || user.role === 'pending' || (await lacksSecondFactor(user));
      if (refused || (endsAt !== null && endsAt <= at)) return { valid: false };
      await touch(found.key, at);
      return {
        valid: true,
        user: found.shown,
        scopes: found.scopes,
        expires_at: endsAt === null ? null : toIso(endsAt),
      };
    },
  };
}

import { createHash } from 'node:crypto';
import type { Kysely } from 'kysely';
import { email as emailSchema } from '../../../shared/api/auth.ts';
import type { LinkedIdentity } from '../../../shared/api/identities.ts';
import { isUniqueViolation } from '../../db/dialect.ts';
import type { DB, Identities } from '../../db/schema.ts';
import type { Users } from '../../db/schema-identity.ts';
import type { Actor } from '../../http-kit/actor.ts';
import { toIso, type Clock } from '../../lib/clock.ts';
import { AppError } from '../../lib/errors.ts';
import { newId } from '../../lib/ids.ts';
import type { EventBus } from '../../platform/events/driver.ts';
import type { AuthService, Origin } from '../auth/service.ts';
import type { SignIn } from '../auth/sessions.ts';
import type { Membership } from './membership.ts';
import { createIdentityRepository } from './repository.ts';
import { nameFrom, usernameFrom, usernameKey } from './names.ts';
import type { WaysIn } from './ways-in.ts';

/** What somebody who vouches for people says of one. */
export type Vouched = {
  method: Identities['method'];
  /** By which of the configured ways. */
  provider: string;
  /** Who says it, and whom they mean: `subject` is the same person for as long as the issuer exists. */
  issuer: string;
  subject: string;
  email: string | null;
  /** The issuer has made sure that the address is theirs. */
  emailVerified: boolean;
  /** The admin allows that an account with this confirmed address is taken for theirs. */
  linkByEmail: boolean;
  /** The admin allows that whoever is vouched for gets an account, also where others need an invite. */
  welcome?: boolean;
  name: string | null;
  username: string | null;
  /** The groups that they are in there; null where nothing is said, and nothing changes. */
  groups: readonly string[] | null;
  /** Null changes nothing. */
  role: 'admin' | 'user' | null;
};

type Deps = {
  db: Kysely<DB>;
  waysIn: WaysIn;
  auth: Pick<AuthService, 'admit' | 'arrive'>;
  membership: Membership;
  events: Pick<EventBus, 'publish'>;
  now: Clock;
};

export type IdentityService = ReturnType<typeof createIdentityService>;

const markOf = ({ method, issuer, subject }: Pick<Vouched, 'method' | 'issuer' | 'subject'>): string =>
  createHash('sha256')
    .update(JSON.stringify([method, issuer, subject]))
    .digest('hex');

/** People who are vouched for by others: found again by (issuer, subject), linked, or made. */
export function createIdentityService({ db, auth, waysIn, membership, events, now }: Deps) {
  const repository = createIdentityRepository(db);

  const rowFor = (userId: string, vouched: Vouched): Identities => ({
    id: newId(),
    mark: markOf(vouched),
    user_id: userId,
    method: vouched.method,
    provider: vouched.provider,
    issuer: vouched.issuer,
    subject: vouched.subject,
    email: vouched.email,
    group_ids: '[]',
    created_at: now(),
    last_used_at: now(),
  });

  /** The address that was said, as it is compared. Throws EMAIL_NOT_VERIFIED where it is missing or nobody has made sure of it. */
  function addressOf({ email, emailVerified }: Vouched): string {
    const address = emailSchema.safeParse(email);
    if (address.success && emailVerified) return address.data;
    const message = address.success
      ? 'The sign-in provider has not confirmed that this e-mail address is yours.'
      : 'The sign-in provider does not tell your e-mail address, which an account here needs.';
    throw new AppError('EMAIL_NOT_VERIFIED', { message });
  }

  /** By its confirmed address, where the admin allows that. One who only claimed an address does not get what comes to it. */
  async function linkedByEmail(address: string, vouched: Vouched): Promise<Identities | undefined> {
    const user = await repository.userByEmail(address);
    if (!user) return undefined;
    if (!vouched.linkByEmail || user.email_verified !== 1)
      throw new AppError('EMAIL_EXISTS', {
        details: { suggestion: 'Sign in as you did before, and link this way in your settings.' },
      });
    const row = rowFor(user.id, vouched);
    await repository.insert(row);
    events.publish('factor.changed', { user_id: user.id, change: 'identity_linked', name: vouched.provider });
    return row;
  }

  /** Throws as `AuthService.admit`. */
  async function made(address: string, vouched: Vouched, invite: string | undefined): Promise<Identities> {
    let username = usernameFrom(vouched.username);
    if (username !== undefined && (await repository.isUsername(usernameKey(username)))) username = undefined;
    let row: Identities | undefined;
    await auth.admit({ email: address, password: null, name: nameFrom(vouched.name), username }, invite, {
      verified: true,
      welcome: vouched.welcome ?? false,
      along: async (tx, user) => {
        row = rowFor(user.id, vouched);
        await createIdentityRepository(tx).insert(row);
      },
    });
    if (!row) throw new AppError('INTERNAL_ERROR');
    return row;
  }

  /** Of any number at once who are the same person, one makes the account and the others find it. */
  async function recognise(vouched: Vouched, invite: string | undefined): Promise<Identities> {
    const known = await repository.byMark(markOf(vouched));
    if (known) return known;
    const address = addressOf(vouched);
    try {
      return (await linkedByEmail(address, vouched)) ?? (await made(address, vouched, invite));
    } catch (error) {
      const taken = isUniqueViolation(error) || (error instanceof AppError && error.code.endsWith('_EXISTS'));
      const winner = taken ? await repository.byMark(markOf(vouched)) : undefined;
      if (winner) return winner;
      throw error;
    }
  }

  /** What was said this time holds from now on. */
  async function refresh(identity: Identities, vouched: Vouched): Promise<Users> {
    const before = JSON.parse(identity.group_ids) as string[];
    const wanted = vouched.groups && (await repository.groupsNamed(vouched.groups.map(usernameKey)));
    if (wanted) await membership.follow(identity.user_id, before, wanted);
    await repository.update(identity.id, {
      email: vouched.email,
      group_ids: JSON.stringify(wanted ?? before),
      last_used_at: now(),
    });
    if (vouched.role) await membership.setRole(identity.user_id, vouched.role);
    const user = await repository.user(identity.user_id);
    if (!user) throw new AppError('USER_INACTIVE');
    return user;
  }

  /** Their account, up to date with what is said of them. Begins no session. */
  const recognised = async (vouched: Vouched, invite?: string): Promise<Users> =>
    refresh(await recognise(vouched, invite), vouched);

  return {
    recognised,

    /** Whose this identity is; null for nobody's. */
    userIdOf: async (who: Pick<Vouched, 'method' | 'issuer' | 'subject'>): Promise<string | null> =>
      (await repository.byMark(markOf(who)))?.user_id ?? null,

    /**
     * A sign-in of somebody who is vouched for. Throws EMAIL_NOT_VERIFIED, EMAIL_EXISTS, and as `AuthService.admit` and `arrive`: it is
     * the same door.
     */
    async arriveAs(
      vouched: Vouched,
      { remember, invite }: { remember: boolean; invite?: string | undefined },
      from: Origin,
    ): Promise<SignIn> {
      const user = await recognised(vouched, invite);
      const { method, provider } = vouched;
      return auth.arrive(user, { method, provider, factors: 1, remember }, from);
    },

    /** For somebody who is signed in. Throws CONFLICT where it is another account's; quiet where it is theirs already. */
    async link(userId: string, vouched: Vouched): Promise<void> {
      try {
        await repository.insert(rowFor(userId, vouched));
      } catch (error) {
        if (!isUniqueViolation(error)) throw error;
        if ((await repository.byMark(markOf(vouched)))?.user_id === userId) return;
        throw new AppError('CONFLICT', { message: 'That account is linked to another one here.', cause: error });
      }
      events.publish('factor.changed', { user_id: userId, change: 'identity_linked', name: vouched.provider });
    },

    async list({ userId }: Actor): Promise<{ items: LinkedIdentity[]; next_cursor: null }> {
      return { items: (await repository.of(userId)).map(present), next_cursor: null };
    },

    /** Quiet where there is none. Throws CONFLICT where nothing would be left to sign in with. */
    async unlink({ userId }: Actor, id: string): Promise<void> {
      const row = await repository.find(userId, id);
      if (!row) return;
      if (!(await waysIn.close(userId, (tx) => createIdentityRepository(tx).delete(id)))) return;
      await membership.follow(userId, JSON.parse(row.group_ids) as string[], []);
      events.publish('factor.changed', { user_id: userId, change: 'identity_unlinked', name: row.provider });
    },
  };
}

const present = (row: Identities): LinkedIdentity => ({
  id: row.id,
  method: row.method,
  provider: row.provider,
  email: row.email,
  created_at: toIso(row.created_at),
  last_used_at: toIso(row.last_used_at),
});

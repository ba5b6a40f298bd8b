import type { Config } from '../../config.ts';
import { seconds, type Clock } from '../../lib/clock.ts';
import { AppError } from '../../lib/errors.ts';
import type { Origin } from '../auth/service.ts';
import type { Authenticated, SignIn } from '../auth/sessions.ts';
import type { IdentityService, Vouched } from '../identities/service.ts';
import type { Claim } from './claim.ts';

type Deps = {
  config: NonNullable<Config['trustedHeader']>;
  identities: Pick<IdentityService, 'arriveAs' | 'userIdOf'>;
  byCookie: (secret: string) => Promise<Authenticated>;
  now: Clock;
};

export type TrustedHeaderService = ReturnType<typeof createTrustedHeader>;

/** Requests of one page that come together, before the first has brought its cookie, share a session. */
const TOGETHER_MS = seconds(10);
const MAX_TOGETHER = 1_000;

/** People whom a proxy has signed in. */
export function createTrustedHeader({ config, identities, byCookie, now }: Deps) {
  const adminGroups = new Set(config.adminGroups.map((name) => name.toLowerCase()));
  const together = new Map<string, { at: number; signIn: Promise<SignIn> }>();

  function vouchedFor({ subject, email, name, groups }: Claim): Vouched {
    const isAdmin = groups?.some((group) => adminGroups.has(group.toLowerCase())) ?? false;
    return {
      method: 'header',
      provider: 'header',
      issuer: config.header,
      subject,
      email,
      // Whoever runs the proxy says with TRUSTED_AUTH_HEADER that it is to be believed.
      emailVerified: true,
      linkByEmail: true,
      welcome: config.signup,
      name,
      username: subject,
      groups,
      role: adminGroups.size === 0 || groups === null ? null : isAdmin ? 'admin' : 'user',
    };
  }

  /** Throws as IdentityService.arriveAs. */
  const signIn = (claim: Claim, from: Origin): Promise<SignIn> =>
    identities.arriveAs(vouchedFor(claim), { remember: false }, from);

  function shared(claim: Claim, from: Origin): { key: string; signIn: Promise<SignIn> } {
    const { ip, userAgent } = from.client;
    const key = JSON.stringify([claim, ip, userAgent]);
    const known = together.get(key);
    if (known && now() - known.at < TOGETHER_MS) return { key, signIn: known.signIn };
    const begun = signIn(claim, from);
    // Whoever waits for it hears of it; the map alone does not.
    begun.catch(() => undefined);
    together.delete(key);
    together.set(key, { at: now(), signIn: begun });
    const [oldest] = together.keys();
    if (together.size > MAX_TOGETHER && oldest !== undefined) together.delete(oldest);
    return { key, signIn: begun };
  }

  return {
    signIn,

    /** Whether the session that came along is of the person whom the proxy names. */
    async isSame({ subject, email }: Claim, user: { id: string; email: string }): Promise<boolean> {
      if (email === user.email) return true;
      return (await identities.userIdOf({ method: 'header', issuer: config.header, subject })) === user.id;
    },

    /** Begins a session for who has none, and says who that is. Throws as `signIn`. */
    async begin(claim: Claim, from: Origin): Promise<{ signIn: SignIn; found: Authenticated }> {
      for (let attempt = 1; ; attempt += 1) {
        const { key, signIn: begun } = shared(claim, from);
        const fresh = await begun;
        try {
          return { signIn: fresh, found: await byCookie(fresh.cookie?.value ?? '') };
        } catch (error) {
          // It was ended meanwhile, by signing out.
          together.delete(key);
          if (attempt === 2 || !(error instanceof AppError)) throw error;
        }
      }
    },
  };
}

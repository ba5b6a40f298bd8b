import { z } from 'zod';
import { timestamp, whole } from './common.ts';

const line = (most: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(most)
    .regex(/^\P{Cc}*$/u, 'One line of text, please.');

export const providerId = z
  .string()
  .regex(/^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/, 'Lower-case letters, digits and dashes only, 40 at most.');

const isLoopback = (host: string): boolean => /^(localhost|.+\.localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(host);

/** Without encryption only on this machine: what comes over it says who people are. */
const issuer = z
  .string()
  .max(500)
  .refine((text) => {
    const url = URL.canParse(text) ? new URL(text) : null;
    if (!url || url.username || url.password || url.search || url.hash) return false;
    return url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url.hostname));
  }, 'An address that begins with https:// and has no question mark or hash.');

const claim = z.string().trim().min(1).max(200);

const fields = {
  /** What stands on its button. */
  name: line(60),
  enabled: z.boolean(),
  issuer,
  client_id: line(300),
  scopes: line(500).refine((text) => text.split(/\s+/).includes('openid'), 'It needs the scope openid.'),
  /** An account here with the same confirmed address is taken for theirs. */
  link_by_email: z.boolean(),
  /** Every address that it tells counts as confirmed. */
  trust_email: z.boolean(),
  username_claim: claim,
  /** Names of groups; dots lead into objects. Null: groups are not looked at. */
  groups_claim: claim.nullable(),
  /** Null: roles are not looked at. */
  role_claim: claim.nullable(),
  /** Whoever has one of these in the role claim is an admin, and whoever has none is not. */
  admin_values: z.array(line(200)).max(50),
};

/** Issuers that speak for everybody's tenants let anybody claim any address. */
const manyTenants = /^https:\/\/login\.microsoftonline\.com\/(common|organizations|consumers)\b/;

type Judged = { issuer?: string | undefined; trust_email?: boolean | undefined };
export const mayTrustEmail = ({ issuer: at = '', trust_email: trusted }: Judged): boolean =>
  !trusted || !manyTenants.test(at);

export const providerSettings = z.object(fields);
/** A way to sign in by OpenID Connect. */
export type ProviderSettings = z.infer<typeof providerSettings>;

export const providerDefaults = {
  enabled: true,
  scopes: 'openid email profile',
  link_by_email: false,
  trust_email: false,
  username_claim: 'preferred_username',
  groups_claim: null,
  role_claim: null,
  admin_values: [],
} satisfies Partial<ProviderSettings>;

const { name, issuer: at, client_id, ...others } = fields;
const optional = z.object(others).partial().shape;
const secret = z.string().min(1).max(1_000).nullable().optional();

export const newProviderBody = z.strictObject({
  id: providerId,
  name,
  issuer: at,
  client_id,
  ...optional,
  /** Null for a client without one. */
  client_secret: secret,
});
export const providerPatch = z.strictObject({
  name: name.optional(),
  issuer: at.optional(),
  client_id: client_id.optional(),
  ...optional,
  client_secret: secret,
});

export const signInProvider = providerSettings.extend({
  id: providerId,
  /** Masked; a mask that is sent back changes nothing. Null where there is none. */
  client_secret: z.string().nullable(),
  /** What the provider must have on its list, to the letter. */
  redirect_uri: z.string(),
  /** What comes from the environment is changed there. */
  source: z.enum(['environment', 'stored']),
  updated_at: timestamp.nullable(),
});
export type SignInProvider = z.infer<typeof signInProvider>;
export const signInProviders = whole(signInProvider);
export const providerParams = z.object({ id: z.string().max(64) });

const testSteps = ['discovery', 'features', 'keys', 'client'] as const;
export const providerTest = z.object({
  ok: z.boolean(),
  /** In order; after one that failed the others were not tried. */
  steps: z.array(
    z.object({
      step: z.enum(testSteps),
      ok: z.boolean(),
      /** What was found, or what to do. */
      message: z.string(),
    }),
  ),
});
export type ProviderTest = z.infer<typeof providerTest>;
export type TestStep = ProviderTest['steps'][number];

/** What else comes along is passed over, as the standard asks. */
export const backchannelLogoutBody = z.looseObject({ logout_token: z.string().min(1).max(16_384) });
export const oauthParams = z.object({ provider: z.string().max(64) });
export const oauthLoginQuery = z.object({
  return_to: z.string().max(2_000).optional(),
  remember: z.enum(['true', 'false']).optional(),
  invite: z.string().max(100).optional(),
});
/** Where the provider ends its own session; null where there is nothing to end. */
export const endSession = z.object({ url: z.string().nullable() });

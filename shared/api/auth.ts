import { z } from 'zod';
import { roles } from '../permissions.ts';
import { id, page, pageQuery, timestamp } from './common.ts';

export const user = z.object({
  id,
  email: z.string(),
  username: z.string().nullable(),
  name: z.string(),
  role: z.enum(roles),
  is_active: z.boolean(),
  avatar_url: z.string().nullable(),
  created_at: timestamp,
  last_active_at: timestamp.nullable(),
  totp_enabled: z.boolean(),
  email_verified: z.boolean(),
  /** Keys of the apps that this user may open. */
  apps: z.array(z.string()),
});
export type User = z.infer<typeof user>;

/** Compared in lower case. As long as the database's unique keys can be. */
export const email = z.email().max(190).toLowerCase();
/** In compatibility form: names that look the same are the same. */
export const username = z
  .string()
  .trim()
  .normalize('NFKC')
  .min(2)
  .max(40)
  .regex(/^[\p{L}\p{N}._-]+$/u, 'Letters, digits, dots, dashes and underscores only.');
/** No control characters: they would break log lines and terminals. */
const oneLine = z
  .string()
  .trim()
  .regex(/^\P{Cc}*$/u, 'One line of text, please.');
export const name = oneLine.min(1).max(100);
const identifier = oneLine.min(1).max(254);
const password = z.string().min(1).max(1_000);

export const account = { email, password, name: name.optional(), username: username.optional() };
export const setupBody = z.strictObject({ ...account, setup_code: z.string().max(100).optional() });
export const registerBody = z.strictObject({ ...account, invite_code: z.string().trim().min(1).max(100).optional() });
export const loginBody = z
  .strictObject({
    login: identifier.optional(),
    email: identifier.optional(),
    username: identifier.optional(),
    password,
    remember: z.boolean().optional(),
    method: z.enum(['local', 'ldap']).optional(),
    /** What the password form of OAuth 2 (RFC 6749, 4.3.2) has besides; of no consequence here. */
    grant_type: z.literal('password').optional(),
    scope: z.string().max(1_000).optional(),
    client_id: z.string().max(254).optional(),
    client_secret: z.string().max(1_000).optional(),
  })
  .refine((body) => [body.login, body.email, body.username].filter((value) => value !== undefined).length === 1, {
    path: ['login'],
    message: 'Give one of login, email and username.',
  });

/** There where the role needs a second factor and none is set up: until then nothing but that can be done. */
const secondFactorRequired = z.literal(true).optional();

/** The first three are absent where AUTH_MODE is `session`: no access tokens there. */
export const signedIn = z.object({
  access_token: z.string().optional(),
  token_type: z.literal('bearer').optional(),
  /** Seconds. */
  expires_in: z.number().int().optional(),
  csrf_token: z.string(),
  user,
  second_factor_required: secondFactorRequired,
});
export type SignedIn = z.infer<typeof signedIn>;

export const session = z.object({
  user,
  csrf_token: z.string().nullable(),
  expires_at: timestamp,
  via: z.enum(['cookie', 'bearer']),
  second_factor_required: secondFactorRequired,
});

/** Who comes to the page: null for nobody. `renewable`: a refresh cookie came along, which may wake a session. */
export const arrival = z.object({ session: session.nullable(), renewable: z.boolean() });
export type Arrival = z.infer<typeof arrival>;

/** As `signedIn`; `{user}` alone for someone who waits for approval. */
export const registered = z.union([signedIn, z.object({ user })]);

/** A signed-in device. */
const device = z.object({
  id,
  /** The one that asks. */
  current: z.boolean(),
  user_agent: z.string(),
  ip: z.string(),
  remember: z.boolean(),
  created_at: timestamp,
  last_seen_at: timestamp,
  expires_at: timestamp,
});
export const devices = page(device);
export const devicesQuery = pageQuery.extend({ cursor: id.optional() });

export const profilePatch = z.strictObject({ name: name.optional(), username: username.nullable().optional() });
export const passwordChangeBody = z.strictObject({ current_password: password, new_password: password });

/** JSON Web Key Set (RFC 7517). */
export const jwks = z.object({
  keys: z.array(z.looseObject({ kty: z.string(), kid: z.string(), alg: z.string(), use: z.literal('sig') })),
});

export const signInOptions = z.object({
  setup_required: z.boolean(),
  signup: z.enum(['open', 'invite', 'approval', 'closed']),
  password: z.boolean(),
  /** What a new password must keep to. */
  password_rules: z.object({ min_length: z.number().int(), policy: z.enum(['length', 'composition']) }),
  ldap: z.boolean(),
  passkey: z.boolean(),
  /** A proxy in front says who people are. */
  trusted_header: z.boolean(),
  oauth: z.array(z.object({ id: z.string(), name: z.string() })),
});

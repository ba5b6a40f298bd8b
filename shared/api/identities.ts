import { z } from 'zod';
import { id, timestamp, whole } from './common.ts';

/** An account elsewhere that signs in to mine. */
const identity = z.object({
  id,
  method: z.enum(['oidc', 'ldap', 'header']),
  /** The id of the sign-in provider. */
  provider: z.string(),
  email: z.string().nullable(),
  created_at: timestamp,
  last_used_at: timestamp,
});
export type LinkedIdentity = z.infer<typeof identity>;
export const identities = whole(identity);

export const linkBody = z.strictObject({ provider: z.string().min(1).max(64) });
/** Where the browser goes to sign in there. */
export const linkAnswer = z.object({ url: z.string() });

import { z } from 'zod';
import { scopes } from '../permissions.ts';
import { id, page, timestamp } from './common.ts';
import { user } from './auth.ts';

const scopeList = z.array(z.enum(scopes));

/** A key as it is listed: all but the key. */
export const apiKey = z.object({
  id,
  name: z.string(),
  /** What the key begins with: enough to tell keys apart. */
  prefix: z.string(),
  scopes: scopeList,
  created_at: timestamp,
  /** Null where it never expires. */
  expires_at: timestamp.nullable(),
  /** Exact to the minute. */
  last_used_at: timestamp.nullable(),
  rotated_at: timestamp.nullable(),
  /** Until when the key from before the last rotation lives on; null where it does not. */
  previous_expires_at: timestamp.nullable(),
});
export type ApiKey = z.infer<typeof apiKey>;

/** The only answer that holds the key itself. */
export const newApiKey = apiKey.extend({ key: z.string() });
export type NewApiKey = z.infer<typeof newApiKey>;

export const apiKeys = page(apiKey);

export const createApiKeyBody = z.strictObject({
  name: z
    .string()
    .trim()
    .min(1)
    .max(100)
    .regex(/^\P{Cc}*$/u, 'One line of text, please.'),
  scopes: scopeList.min(1).optional(),
  expires_in_days: z.number().int().min(1).max(36_500).nullable().optional(),
});

export const rotateApiKeyBody = z
  .strictObject({
    /** Seconds that the old key lives on; 0 ends it at once. */
    grace_seconds: z.number().int().min(0).max(2_592_000).optional(),
  })
  .nullish();

export const verifyApiKeyBody = z.strictObject({ api_key: z.string().max(1_000).optional() }).nullish();

/** Why a key is not valid is never said. */
export const verifiedApiKey = z.object({
  valid: z.boolean(),
  user: user.optional(),
  scopes: scopeList.optional(),
  expires_at: timestamp.nullable().optional(),
});
export type VerifiedApiKey = z.infer<typeof verifiedApiKey>;

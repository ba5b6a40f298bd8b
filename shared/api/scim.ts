import { z } from 'zod';
import { name } from './auth.ts';
import { id, timestamp } from './common.ts';

/** Directories send attributes of all kinds; those that are not kept here are passed over. */
export const scimResource = z.looseObject({ schemas: z.array(z.string().max(200)).max(20).optional() });
export const scimPatch = z.looseObject({
  /** Entra ID and others write the name as they like. */
  Operations: z
    .array(
      z.looseObject({ op: z.string().max(20), path: z.string().max(2_000).optional(), value: z.unknown().optional() }),
    )
    .min(1)
    .max(1_000),
});
const integer = z.coerce.number().int().catch(1);
export const scimQuery = z.looseObject({
  filter: z.string().max(2_000).optional(),
  startIndex: integer.optional(),
  count: integer.optional(),
  attributes: z.string().max(2_000).optional(),
  excludedAttributes: z.string().max(2_000).optional(),
});
export type ScimQuery = z.infer<typeof scimQuery>;
/** Not checked further: what is no id is the id of nothing. */
export const scimParams = z.object({ id: z.string().max(200) });

const scimToken = z.object({
  id,
  name: z.string(),
  /** Its first characters. */
  prefix: z.string(),
  created_at: timestamp,
  last_used_at: timestamp.nullable(),
});
export const scimTokens = z.object({
  base_url: z.string(),
  admin_groups: z.array(z.string()),
  items: z.array(scimToken),
  next_cursor: z.null(),
});
export type ScimTokens = z.infer<typeof scimTokens>;
export const scimTokenBody = z.strictObject({ name });
/** With the token itself, this once. */
export const newScimToken = scimToken.extend({ token: z.string() });
export type NewScimToken = z.infer<typeof newScimToken>;

import { z } from 'zod';
import { email } from './auth.ts';
import { id, page, timestamp } from './common.ts';

export const invite = z.object({
  id,
  /** What the code begins with: enough to tell invites apart. */
  code_hint: z.string(),
  /** For this address alone; null for whoever has the code. */
  email: z.string().nullable(),
  /** What the new account will be. */
  role: z.enum(['user', 'admin']),
  /** Groups that the new account joins. */
  group_ids: z.array(id),
  max_uses: z.number().int(),
  uses: z.number().int(),
  /** Null where it never expires. */
  expires_at: timestamp.nullable(),
  created_at: timestamp,
  state: z.enum(['open', 'used', 'expired']),
});
export type Invite = z.infer<typeof invite>;

/** The only answer that holds the code. */
export const newInvite = invite.extend({ code: z.string(), url: z.string() });
export type NewInvite = z.infer<typeof newInvite>;
export const invites = page(invite);

export const createInviteBody = z
  .strictObject({
    max_uses: z.number().int().min(1).max(10_000).optional(),
    /** Seven by default; null never expires. */
    expires_in_days: z.number().int().min(1).max(3_650).nullable().optional(),
    email: email.nullable().optional(),
    role: z.enum(['user', 'admin']).optional(),
    group_ids: z.array(id).max(50).optional(),
  })
  .nullish();

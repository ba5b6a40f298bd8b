import { z } from 'zod';
import { account, name, user } from './auth.ts';
import { id, page, pageQuery } from './common.ts';
import { roles } from '../permissions.ts';

export const users = page(user);
export const usersQuery = pageQuery.extend({
  cursor: id.optional(),
  /** Part of a name, user name or e-mail. */
  q: z.string().trim().max(200).optional(),
  role: z.enum(roles).optional(),
  is_active: z.enum(['true', 'false']).optional(),
});

export const createUserBody = z.strictObject({ ...account, role: z.enum(['user', 'admin']).optional() });
export const userPatch = z.strictObject({
  role: z.enum(roles).optional(),
  is_active: z.boolean().optional(),
  name: name.optional(),
});
export type UserPatch = z.infer<typeof userPatch>;

/** An account goes for good: asked of whoever holds the session, so that a machine left open is not enough. */
export const deleteMeBody = z.strictObject({ password: z.string().min(1).max(1_000) });

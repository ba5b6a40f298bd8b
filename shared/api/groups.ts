import { z } from 'zod';
import { name } from './auth.ts';
import { id, page, timestamp } from './common.ts';
import { permissionChanges, permissionSet } from './permissions.ts';

export const group = z.object({
  id,
  name: z.string(),
  description: z.string(),
  members: z.number().int(),
  /** What members may beyond what everybody may. */
  permissions: permissionSet,
  created_at: timestamp,
  updated_at: timestamp,
});
export type Group = z.infer<typeof group>;
export const groups = page(group);

const description = z
  .string()
  .trim()
  .max(400)
  .regex(/^\P{Cc}*$/u, 'One line of text, please.');
export const groupBody = z.strictObject({
  name,
  description: description.optional(),
  permissions: permissionChanges.optional(),
});
/** What is left out stays as it is. */
export const groupPatch = z.strictObject({
  name: name.optional(),
  description: description.optional(),
  permissions: permissionChanges.optional(),
});
export type GroupBody = z.infer<typeof groupBody>;
export type GroupPatch = z.infer<typeof groupPatch>;
export const memberParams = z.object({ id, user_id: id });

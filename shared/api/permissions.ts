import { z } from 'zod';
import { permissions, type Permission } from '../permissions.ts';

const switches = Object.fromEntries(permissions.map((name) => [name, z.boolean()])) as Record<Permission, z.ZodBoolean>;

/** Each permission, and whether it is given. */
export const permissionSet = z.object(switches);
export type PermissionSet = z.infer<typeof permissionSet>;

/** What is left out stays as it is. */
export const permissionChanges = z.strictObject(switches).partial();
export type PermissionChanges = z.infer<typeof permissionChanges>;

import { grantedApps } from '../../../shared/apps.ts';
import type { User } from '../../../shared/api/auth.ts';
import type { Users } from '../../db/schema-identity.ts';
import { toIso } from '../../lib/clock.ts';

/** A person as the API shows them. */
export const presentUser = (row: Users): User => ({
  id: row.id,
  email: row.email,
  username: row.username,
  name: row.name,
  role: row.role,
  is_active: row.is_active === 1,
  avatar_url: null,
  created_at: toIso(row.created_at),
  last_active_at: row.last_active_at === null ? null : toIso(row.last_active_at),
  totp_enabled: row.second_factor_at !== null,
  email_verified: row.email_verified === 1,
  apps: grantedApps(row),
});

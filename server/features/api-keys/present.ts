import type { ApiKey } from '../../../shared/api/api-keys.ts';
import { scopes, type Scope } from '../../../shared/permissions.ts';
import type { ApiKeys } from '../../db/schema-identity.ts';
import { toIso } from '../../lib/clock.ts';

/** Scopes as they are stored; those that this version does not know count for nothing. */
export function scopesOf({ scopes: stored }: Pick<ApiKeys, 'scopes'>): Scope[] {
  const names = JSON.parse(stored) as string[];
  return scopes.filter((scope) => names.includes(scope));
}

const iso = (ms: number | null): string | null => (ms === null ? null : toIso(ms));

export const presentKey = (row: ApiKeys, at: number): ApiKey => ({
  id: row.id,
  name: row.name,
  prefix: row.prefix,
  scopes: scopesOf(row),
  created_at: toIso(row.created_at),
  expires_at: iso(row.expires_at),
  last_used_at: iso(row.last_used_at),
  rotated_at: row.issued_at === row.created_at ? null : toIso(row.issued_at),
  previous_expires_at:
    row.previous_expires_at !== null && row.previous_expires_at > at ? toIso(row.previous_expires_at) : null,
});

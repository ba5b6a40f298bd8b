import type { AdminProvider } from '../../../shared/api/providers.ts';
import { toIso } from '../../lib/clock.ts';
import type { Slot } from '../models/registry.ts';
import { mask, maskAll } from '../../lib/kept-secrets.ts';

/** A provider as admins see it: secrets masked. */
export function presentProvider({ plan, current, candidates }: Slot, position: number): AdminProvider {
  const { id, source, rules, stored } = plan;
  const [connection] = plan.connections;
  const entry = current ?? candidates[0];
  const { provider } = entry ?? {};
  return {
    id,
    kind: provider?.kind ?? connection?.kind ?? 'librarian',
    name: provider?.name ?? connection?.name ?? id,
    base_url: connection?.baseUrl ?? null,
    api_key: connection?.apiKey === undefined ? null : mask(connection.apiKey),
    headers: maskAll(connection?.headers ?? {}),
    enabled: rules.enabled,
    timeout_ms: connection?.timeoutMs ?? null,
    models: rules.models && [...rules.models],
    display_names: { ...rules.displayNames },
    prices: { ...rules.prices },
    group_ids: rules.groupIds && [...rules.groupIds],
    position,
    source,
    locked: source !== 'stored',
    healthy: rules.enabled ? (entry?.healthy ?? null) : null,
    ...(rules.enabled && entry?.error && { error: entry.error }),
    latency_ms: entry?.latencyMs ?? null,
    circuit: entry?.breaker.state() ?? 'closed',
    listed_models: entry?.listed.map(({ name }) => name) ?? [],
    manageable: provider?.manage !== undefined,
    created_at: stored && source === 'stored' ? toIso(stored.createdAt) : null,
    updated_at: stored ? toIso(stored.updatedAt) : null,
  };
}

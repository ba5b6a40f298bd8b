import type { UserQuota } from '../../../shared/api/quotas.ts';
import type { Config } from '../../config.ts';
import type { QuotaLimits } from '../../db/schema.ts';
import { seconds, type Clock } from '../../lib/clock.ts';
import { createRecent } from '../../lib/recent.ts';
import type { QuotaRepository } from './repository.ts';

export type Limits = QuotaLimits & { source: UserQuota['source'] };
export type LimitsOf = (userId: string) => Promise<Limits>;

/** Limits that another process has changed hold here after this long. */
const RECENT_MS = seconds(2);

/** Null is unlimited, so more than any number. */
const larger = (a: number | null, b: number | null): number | null =>
  a === null || b === null ? null : Math.max(a, b);

const wider = (a: QuotaLimits, b: QuotaLimits): QuotaLimits => ({
  messages_per_day: larger(a.messages_per_day, b.messages_per_day),
  tokens_per_day: larger(a.tokens_per_day, b.tokens_per_day),
  storage_bytes: larger(a.storage_bytes, b.storage_bytes),
});

/** A person's own quota, else the most generous of their groups, else the instance's; asked before each call, so remembered for a moment. */
export function createLimits(
  repository: QuotaRepository,
  defaults: Config['quotas'],
  now: Clock,
): { of: LimitsOf; forget(): void } {
  const recent = createRecent<Limits>({ forMs: RECENT_MS, now });

  async function find(userId: string): Promise<Limits> {
    const own = await repository.ofUser(userId);
    if (own) return { ...own, source: 'own' };
    const [first, ...more] = await repository.ofGroupsWith(userId);
    if (first) return { ...more.reduce(wider, first), source: 'group' };
    return {
      messages_per_day: defaults.messagesPerDay,
      tokens_per_day: defaults.tokensPerDay,
      storage_bytes: defaults.storageBytes,
      source: 'default',
    };
  }

  return { of: (userId) => recent.getOr(userId, () => find(userId)), forget: recent.clear };
}

import type { Kysely } from 'kysely';
import type { GroupQuota, QuotaBody, UserQuota } from '../../../shared/api/quotas.ts';
import type { Config } from '../../config.ts';
import type { Engine } from '../../db/dialect.ts';
import type { InTransaction } from '../../db/transaction.ts';
import type { DB } from '../../db/schema.ts';
import { toIso, type Clock } from '../../lib/clock.ts';
import { AppError } from '../../lib/errors.ts';
import type { Logger } from '../../lib/logger.ts';
import type { EventBus } from '../../platform/events/driver.ts';
import type { AuditService } from '../audit/service.ts';
import { dayOf, midnightAfter } from './day.ts';
import { createLimits } from './limits.ts';
import { createRefusals } from './refusals.ts';
import { createQuotaRepository, type Subject } from './repository.ts';
import { createReservations } from './reservations.ts';
import { createWarnings } from './warnings.ts';

type Deps = {
  db: Kysely<DB>;
  engine: Engine;
  inTransaction: InTransaction;
  defaults: Config['quotas'];
  /** How many bytes a person keeps. */
  storedBytes(userId: string): Promise<number>;
  costOf: Parameters<typeof createReservations>[0]['costOf'];
  events: Pick<EventBus, 'publish'>;
  audit: Pick<AuditService, 'record'>;
  logger: Pick<Logger, 'error'>;
  now: Clock;
};

export type QuotaService = ReturnType<typeof createQuotaService>;

const left = (limit: number | null, used: number): number | null => (limit === null ? null : Math.max(0, limit - used));

/** What people may use in a day: their own quota, else the most generous of their groups, else the instance's. */
export function createQuotaService({
  db,
  engine,
  inTransaction,
  defaults,
  storedBytes,
  costOf,
  events,
  audit,
  logger,
  now,
}: Deps) {
  const repository = createQuotaRepository(db, engine);
  const { of: limitsOf, forget } = createLimits(repository, defaults, now);
  const refusals = createRefusals(events, now);
  const warnings = createWarnings({ repository, limitsOf, storedBytes, events, logger, now });
  const { reserve, ...reservations } = createReservations({
    db,
    engine,
    inTransaction,
    limitsOf,
    costOf,
    async exceeded(userId, day, { messages_per_day: messages, tokens_per_day: tokens }) {
      const used = await repository.used(userId, day);
      return messages !== null && (used?.messages ?? 0) >= messages
        ? refusals.forToday(userId, 'messages', messages)
        : refusals.forToday(userId, 'tokens', tokens ?? 0);
    },
    counted: warnings.called,
    logger,
    now,
  });

  async function subject(find: Promise<Subject | undefined>): Promise<Subject> {
    const found = await find;
    if (!found) throw new AppError('NOT_FOUND', { message: 'There is no such person or group.' });
    return found;
  }

  async function put(of: Subject, quota: QuotaBody): Promise<void> {
    await repository.put(of, quota, now());
    forget();
    await audit.record({ action: 'quota.changed', target: of, detail: { ...quota } });
  }
  async function clear(of: Subject): Promise<void> {
    if (!(await repository.delete(of))) return;
    forget();
    await audit.record({ action: 'quota.changed', target: of });
  }

  async function ofPerson(userId: string): Promise<UserQuota> {
    const at = now();
    await reservations.flush();
    const limits = await limitsOf(userId);
    const { messages, tokens } = (await repository.used(userId, dayOf(at))) ?? { messages: 0, tokens: 0 };
    const stored = await storedBytes(userId);
    return {
      ...limits,
      used: { messages, tokens, storage_bytes: stored },
      left: {
        messages: left(limits.messages_per_day, messages),
        tokens: left(limits.tokens_per_day, tokens),
        storage_bytes: left(limits.storage_bytes, stored),
      },
      resets_at: toIso(midnightAfter(at)),
    };
  }

  async function ofGroup(id: string): Promise<GroupQuota> {
    const own = await repository.ofGroup(id);
    return own
      ? { ...own, source: 'own' }
      : { messages_per_day: null, tokens_per_day: null, storage_bytes: null, source: 'none' };
  }

  return {
    reserve,
    reservations,
    /** Limits are looked up anew: something about a person's groups has changed. */
    forget,

    /** How many bytes a person may keep; null is unlimited. */
    storageLimit: async (userId: string): Promise<number | null> => (await limitsOf(userId)).storage_bytes,
    /** A file of theirs was stored. */
    storedMore: warnings.storedMore,
    /** The refusal of what would be more than that. */
    noRoom: refusals.noRoom,

    own: ofPerson,
    ofUser: async (id: string): Promise<UserQuota> => ofPerson((await subject(repository.person(id))).id),
    async setUser(id: string, quota: QuotaBody): Promise<UserQuota> {
      await put(await subject(repository.person(id)), quota);
      return ofPerson(id);
    },
    clearUser: async (id: string): Promise<void> => clear(await subject(repository.person(id))),
    ofGroup: async (id: string): Promise<GroupQuota> => ofGroup((await subject(repository.group(id))).id),
    async setGroup(id: string, quota: QuotaBody): Promise<GroupQuota> {
      await put(await subject(repository.group(id)), quota);
      return ofGroup(id);
    },
    clearGroup: async (id: string): Promise<void> => clear(await subject(repository.group(id))),
  };
}

import type { Kysely } from 'kysely';
import type { GroupQuota, QuotaBody, UserQuota } from '../../../shared/api/quotas.ts';
import type { Config } from '../../config.ts';
import type { Engine } from '../../db/dialect.ts';
import type { DB, QuotaLimits } from '../../db/schema.ts';
import { days, toIso, type Clock } from '../../lib/clock.ts';
import { AppError } from '../../lib/errors.ts';
import type { EventBus } from '../../platform/events/driver.ts';
import type { AuditService } from '../audit/service.ts';
import { createQuotaRepository, type Subject } from './repository.ts';

type Deps = {
  db: Kysely<DB>;
  engine: Engine;
  defaults: Config['quotas'];
  events: Pick<EventBus, 'publish'>;
  audit: Pick<AuditService, 'record'>;
  now: Clock;
};

type Source = UserQuota['source'];

export type QuotaService = ReturnType<typeof createQuotaService>;

const dayOf = (at: number): string => toIso(at).slice(0, 10);
const midnightAfter = (at: number): number => Math.floor(at / days(1)) * days(1) + days(1);

/** Null is unlimited, so more than any number. */
const larger = (a: number | null, b: number | null): number | null =>
  a === null || b === null ? null : Math.max(a, b);
const left = (limit: number | null, used: number): number | null => (limit === null ? null : Math.max(0, limit - used));

/** What people may use in a day: their own quota, else the most generous of their groups, else the instance's. */
export function createQuotaService({ db, engine, defaults, events, audit, now }: Deps) {
  const repository = createQuotaRepository(db, engine);
  /** Whose end was told today: one entry in the log for each, not one for each further try. */
  const told = new Set<string>();
  let toldOn = '';

  async function limitsOf(userId: string): Promise<QuotaLimits & { source: Source }> {
    const own = await repository.ofUser(userId);
    if (own) return { ...own, source: 'own' };
    const [first, ...more] = await repository.ofGroupsWith(userId);
    if (!first)
      return {
        messages_per_day: defaults.messagesPerDay,
        tokens_per_day: defaults.tokensPerDay,
        source: 'default',
      };
    const widest = more.reduce<QuotaLimits>(
      (a, b) => ({
        messages_per_day: larger(a.messages_per_day, b.messages_per_day),
        tokens_per_day: larger(a.tokens_per_day, b.tokens_per_day),
      }),
      first,
    );
    return { ...widest, source: 'group' };
  }

  async function exceeded(userId: string, at: number, limits: QuotaLimits): Promise<AppError> {
    const used = await repository.used(userId, dayOf(at));
    const kind =
      limits.messages_per_day !== null && (used?.messages ?? 0) >= limits.messages_per_day ? 'messages' : 'tokens';
    const limit = (kind === 'messages' ? limits.messages_per_day : limits.tokens_per_day) ?? 0;
    if (toldOn !== dayOf(at)) {
      told.clear();
      toldOn = dayOf(at);
    }
    if (!told.has(`${kind} ${userId}`)) events.publish('quota.exceeded', { user_id: userId, kind, limit });
    told.add(`${kind} ${userId}`);
    return new AppError('QUOTA_EXCEEDED', {
      message: `Your ${limit} ${kind} for today are used up.`,
      details: { retry_after: Math.ceil((midnightAfter(at) - at) / 1_000) },
    });
  }

  async function subject(find: Promise<Subject | undefined>): Promise<Subject> {
    const found = await find;
    if (!found) throw new AppError('NOT_FOUND', { message: 'There is no such person or group.' });
    return found;
  }

  async function put(of: Subject, { messages_per_day, tokens_per_day }: QuotaBody): Promise<void> {
    await repository.put(of, { messages_per_day, tokens_per_day }, now());
    await audit.record({ action: 'quota.changed', target: of, detail: { messages_per_day, tokens_per_day } });
  }
  async function clear(of: Subject): Promise<void> {
    if (await repository.delete(of)) await audit.record({ action: 'quota.changed', target: of });
  }

  async function ofPerson(userId: string): Promise<UserQuota> {
    const at = now();
    const { messages_per_day, tokens_per_day, source } = await limitsOf(userId);
    const { messages, tokens } = (await repository.used(userId, dayOf(at))) ?? { messages: 0, tokens: 0 };
    return {
      messages_per_day,
      tokens_per_day,
      source,
      used: { messages, tokens },
      left: { messages: left(messages_per_day, messages), tokens: left(tokens_per_day, tokens) },
      resets_at: toIso(midnightAfter(at)),
    };
  }

  async function ofGroup(id: string): Promise<GroupQuota> {
    const own = await repository.ofGroup(id);
    return own ? { ...own, source: 'own' } : { messages_per_day: null, tokens_per_day: null, source: 'none' };
  }

  return {
    /**
     * Takes one of today's messages, or throws QUOTA_EXCEEDED with the seconds until midnight UTC. Tokens are known only
     * when an answer has ended: the answer that crosses the line is finished, the next is refused.
     */
    async reserve(userId: string): Promise<{ release(): Promise<void> }> {
      const at = now();
      const day = dayOf(at);
      const limits = await limitsOf(userId);
      if (!(await repository.take(userId, day, limits))) {
        // Perhaps only because this is the day's first.
        await repository.beginDay(userId, day);
        if (!(await repository.take(userId, day, limits))) throw await exceeded(userId, at, limits);
      }
      return { release: () => repository.giveBack(userId, day) };
    },

    /** Counts the tokens of an answer that has ended, on the day on which it was asked for. */
    async settle(userId: string, generationId: string): Promise<void> {
      const cost = await repository.costOf(generationId);
      const tokens = (cost?.prompt_tokens ?? 0) + (cost?.completion_tokens ?? 0);
      if (cost && tokens > 0) await repository.addTokens(userId, dayOf(cost.created_at), tokens);
    },

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

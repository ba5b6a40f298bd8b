import type { Clock } from '../../lib/clock.ts';
import type { Logger } from '../../lib/logger.ts';
import type { EventBus } from '../../platform/events/driver.ts';
import { dayOf } from './day.ts';
import type { LimitsOf } from './limits.ts';
import { createOnceADay } from './once-a-day.ts';
import type { QuotaRepository } from './repository.ts';

type Deps = {
  repository: Pick<QuotaRepository, 'used'>;
  limitsOf: LimitsOf;
  storedBytes(userId: string): Promise<number>;
  events: Pick<EventBus, 'publish'>;
  logger: Pick<Logger, 'error'>;
  now: Clock;
};

/** In percent, the furthest first: who is past it is not told of what they passed on the way. */
const marks = [100, 80] as const;

/** Says when four fifths of a quota are used, and all of it. Nobody waits for it. */
export function createWarnings({ repository, limitsOf, storedBytes, events, logger, now }: Deps) {
  const isFirst = createOnceADay(now);

  function look(user_id: string, kind: 'messages' | 'tokens' | 'storage', used: number, limit: number | null): void {
    // Who may do nothing at all has not used it up.
    if (limit === null || limit === 0) return;
    const percent = marks.find((mark) => used * 100 >= limit * mark);
    if (percent !== undefined && isFirst(`${percent} ${kind} ${user_id}`))
      events.publish('quota.reached', { user_id, kind, limit, percent });
  }
  const later = (work: Promise<void>): void =>
    void work.catch((error: unknown) => logger.error({ err: error }, 'how much of a quota is used could not be seen'));

  async function lookAtCalls(userId: string): Promise<void> {
    const { messages_per_day: messages, tokens_per_day: tokens } = await limitsOf(userId);
    const used = await repository.used(userId, dayOf(now()));
    look(userId, 'messages', used?.messages ?? 0, messages);
    look(userId, 'tokens', used?.tokens ?? 0, tokens);
  }
  async function lookAtStorage(userId: string): Promise<void> {
    const { storage_bytes: limit } = await limitsOf(userId);
    if (limit !== null) look(userId, 'storage', await storedBytes(userId), limit);
  }

  return {
    called: (userId: string): void => later(lookAtCalls(userId)),
    storedMore: (userId: string): void => later(lookAtStorage(userId)),
  };
}

import { days, type Clock } from '../../lib/clock.ts';
import { AppError } from '../../lib/errors.ts';
import type { EventBus } from '../../platform/events/driver.ts';
import { midnightAfter } from './day.ts';
import { createOnceADay } from './once-a-day.ts';

type Kind = 'messages' | 'tokens' | 'storage';

/** Refusals in words, each kind told to the log once a day and person: not once for each further try. */
export function createRefusals(events: Pick<EventBus, 'publish'>, now: Clock) {
  const isFirst = createOnceADay(now);

  function tell(userId: string, kind: Kind, limit: number): void {
    if (isFirst(`${kind} ${userId}`)) events.publish('quota.exceeded', { user_id: userId, kind, limit });
  }

  return {
    /** QUOTA_EXCEEDED, with the seconds until midnight UTC. */
    forToday(userId: string, kind: Exclude<Kind, 'storage'>, limit: number): AppError {
      tell(userId, kind, limit);
      const seconds = Math.ceil((midnightAfter(now()) - now()) / 1_000);
      return new AppError('QUOTA_EXCEEDED', {
        message: `Your ${limit} ${kind} for today are used up.`,
        details: { retry_after: Math.min(seconds, days(1) / 1_000) },
      });
    },
    noRoom(userId: string, limit: number): AppError {
      tell(userId, 'storage', limit);
      return new AppError('STORAGE_QUOTA_EXCEEDED', {
        ...(limit === 0 && { message: 'Your account may not keep files here. Ask an admin.' }),
      });
    },
  };
}

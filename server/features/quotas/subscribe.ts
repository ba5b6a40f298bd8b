import type { Logger } from '../../lib/logger.ts';
import type { EventBus } from '../../platform/events/driver.ts';
import type { QuotaService } from './service.ts';

/** Counts what answers cost, when they end. */
export function subscribeUsage(
  events: Pick<EventBus, 'subscribe'>,
  quotas: Pick<QuotaService, 'settle'>,
  logger: Pick<Logger, 'error'>,
): void {
  events.subscribe('generation.updated', ({ user_id, generation_id, status }) => {
    if (status === 'running') return;
    quotas
      .settle(user_id, generation_id)
      .catch((error: unknown) => logger.error({ err: error, generation_id }, 'the cost of an answer was not counted'));
  });
}

import type { Config } from '../config.ts';
import type { Logger } from '../lib/logger.ts';
import { createLocalEvents } from '../platform/events/drivers/local.ts';
import type { EventBus } from '../platform/events/driver.ts';
import type { SharedState } from '../platform/shared-state/driver.ts';

/** What the processes of one instance have in common beside the database. */
export type Processes = {
  events: EventBus;
  /** Null where every process counts for itself. */
  shared: SharedState | null;
  /** Rejects while what connects them does not answer; null where nothing is to. */
  ping: (() => Promise<void>) | null;
  close(): void;
};

/** With REDIS_URL, processes hear each other and count together; without, each finds what others did by looking into the database. */
export async function connectProcesses(config: Config, logger: Logger): Promise<Processes> {
  if (config.redis === null)
    return { events: createLocalEvents({ logger }), shared: null, ping: null, close: () => undefined };
  const [{ connectRedis }, { createRedisEvents }, { createRedisState }] = await Promise.all([
    import('../platform/redis/connection.ts'),
    import('../platform/events/drivers/redis.ts'),
    import('../platform/shared-state/drivers/redis.ts'),
  ]);
  const redis = await connectRedis({ url: config.redis.url, secretKey: config.secrets.secretKey, logger });
  return {
    events: createRedisEvents({ redis, logger }),
    shared: createRedisState(redis),
    ping: redis.ping,
    close: redis.close,
  };
}

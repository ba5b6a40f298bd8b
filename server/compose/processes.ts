import type { Config } from '../config.ts';
import { engineOf } from '../db/database.ts';
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
  close(): void | Promise<void>;
};

/**
 * With REDIS_URL, processes hear each other and count together; without, those over one PostgreSQL hear each other by it, and
 * on other databases each finds what others did by looking.
 */
export async function connectProcesses(config: Config, logger: Logger): Promise<Processes> {
  const { redis: shared, database, secrets } = config;
  if (shared === null) {
    if (engineOf(database.url) !== 'postgres')
      return { events: createLocalEvents({ logger }), shared: null, ping: null, close: () => undefined };
    const { createPostgresEvents } = await import('../platform/events/drivers/postgres.ts');
    const { events, close } = createPostgresEvents({ url: database.url, secretKey: secrets.secretKey, logger });
    return { events, shared: null, ping: null, close };
  }
  const [{ connectRedis }, { createRedisEvents }, { createRedisState }] = await Promise.all([
    import('../platform/redis/connection.ts'),
    import('../platform/events/drivers/redis.ts'),
    import('../platform/shared-state/drivers/redis.ts'),
  ]);
  const redis = await connectRedis({ url: shared.url, secretKey: secrets.secretKey, logger });
  return {
    events: createRedisEvents({ redis, logger }),
    shared: createRedisState(redis),
    ping: redis.ping,
    close: redis.close,
  };
}

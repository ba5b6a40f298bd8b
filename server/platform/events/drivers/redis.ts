import type { Logger } from '../../../lib/logger.ts';
import type { RedisConnection } from '../../redis/connection.ts';
import type { EventBus } from '../driver.ts';
import { createBridgedEvents } from './bridged.ts';

type Deps = { redis: Pick<RedisConnection, 'prefix' | 'run' | 'listen'>; logger: Logger };

/** Events of all processes that reach one Redis, by its publish and subscribe. Without Redis: of this process. */
export function createRedisEvents({ redis, logger }: Deps): EventBus {
  const channel = `${redis.prefix}events`;
  const wire = {
    say: (message: string) => redis.run((client) => client.publish(channel, message)),
    hear: (listener: (message: string) => void) => redis.listen(channel, listener),
  };
  return createBridgedEvents({ wire, logger });
}

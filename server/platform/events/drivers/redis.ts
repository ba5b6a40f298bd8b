import type { DomainEventName } from '../../../../shared/events.ts';
import { newId } from '../../../lib/ids.ts';
import type { Logger } from '../../../lib/logger.ts';
import type { RedisConnection } from '../../redis/connection.ts';
import type { EventBus } from '../driver.ts';
import { createLocalEvents } from './local.ts';

type Deps = { redis: Pick<RedisConnection, 'prefix' | 'run' | 'listen'>; logger: Logger };

/** On the wire: who says it, and what. */
type Message = { from: string; name: DomainEventName; event: never };

/** Events of all processes that reach one Redis, by its publish and subscribe. Without Redis: of this process. */
export function createRedisEvents({ redis, logger }: Deps): EventBus {
  const own = createLocalEvents({ logger });
  const everybodys = createLocalEvents({ logger });
  const followed = new Set<DomainEventName>();
  const channel = `${redis.prefix}events`;
  const me = newId();

  redis.listen(channel, (text) => {
    try {
      const { from, name, event } = JSON.parse(text) as Message;
      if (from !== me && followed.has(name)) everybodys.publish(name, event);
    } catch (error) {
      logger.warn({ err: error }, 'an event of another process could not be read');
    }
  });

  return {
    publish(name, event) {
      own.publish(name, event);
      everybodys.publish(name, event);
      // All processes run the same code: what nobody follows here, nobody follows there.
      if (!followed.has(name)) return;
      const message = JSON.stringify({ from: me, name, event });
      redis
        .run((client) => client.publish(channel, message))
        .catch(() => logger.debug({ event: name }, 'other processes were not told'));
    },
    subscribe: own.subscribe,
    follow(name, handler) {
      followed.add(name);
      return everybodys.follow(name, handler);
    },
  };
}

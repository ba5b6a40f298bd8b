import type { DomainEventName } from '../../../../shared/events.ts';
import { newId } from '../../../lib/ids.ts';
import type { Logger } from '../../../lib/logger.ts';
import type { RedisConnection } from '../../redis/connection.ts';
import type { EventBus } from '../driver.ts';
import { createLocalEvents } from './local.ts';

type Deps = { redis: Pick<RedisConnection, 'prefix' | 'run' | 'listen'>; logger: Logger };

/** On the wire: who says it, and what happened in one moment, in order. */
type Message = { from: string; events: { name: DomainEventName; event: never }[] };

/** Events of all processes that reach one Redis, by its publish and subscribe. Without Redis: of this process. */
export function createRedisEvents({ redis, logger }: Deps): EventBus {
  const own = createLocalEvents({ logger });
  const everybodys = createLocalEvents({ logger });
  const channel = `${redis.prefix}events`;
  const me = newId();
  let waiting: { name: DomainEventName; event: object }[] = [];

  redis.listen(channel, (text) => {
    try {
      const { from, events } = JSON.parse(text) as Message;
      if (from === me) return;
      for (const { name, event } of events) everybodys.publish(name, event);
    } catch (error) {
      logger.warn({ err: error }, 'an event of another process could not be read');
    }
  });

  function send(): void {
    const message = JSON.stringify({ from: me, events: waiting });
    waiting = [];
    redis
      .run((client) => client.publish(channel, message))
      .catch(() => logger.debug({}, 'other processes were not told of what happened'));
  }

  return {
    publish(name, event) {
      own.publish(name, event);
      everybodys.publish(name, event);
      // Also what nobody follows here: another process may, as one does that has the first socket.
      if (waiting.push({ name, event }) === 1) setImmediate(send);
    },
    subscribe: own.subscribe,
    follow: everybodys.follow,
  };
}

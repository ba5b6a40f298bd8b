import type { DomainEventName, DomainEvents } from '../../../../shared/events.ts';
import type { Logger } from '../../../lib/logger.ts';
import type { EventBus } from '../driver.ts';

type Handler<N extends DomainEventName> = (event: DomainEvents[N]) => void;
type Handlers = { [N in DomainEventName]?: Set<{ handle: Handler<N> }> };

/** Events within this process, delivered one subscriber after the other before `publish` returns. */
export function createLocalEvents({ logger }: { logger: Logger }): EventBus {
  const handlers: Handlers = {};

  const subscribersOf = <N extends DomainEventName>(name: N): Set<{ handle: Handler<N> }> => {
    const known: Set<{ handle: Handler<N> }> | undefined = handlers[name];
    if (known) return known;
    const fresh = new Set<{ handle: Handler<N> }>();
    Object.assign(handlers, { [name]: fresh });
    return fresh;
  };

  const subscribe: EventBus['subscribe'] = (name, handle) => {
    const subscriber = { handle };
    const subscribers = subscribersOf(name);
    subscribers.add(subscriber);
    return () => void subscribers.delete(subscriber);
  };

  return {
    publish(name, event) {
      const report = (error: unknown): void =>
        logger.error({ err: error, event: name }, 'a subscriber of an event failed');
      const subscribers = subscribersOf(name);
      // Over a copy: who subscribes because of this event is not told of it; who leaves because of it is not told either.
      for (const subscriber of Array.from(subscribers)) {
        if (!subscribers.has(subscriber)) continue;
        try {
          // A handler may be async all the same; its failure must not end the process.
          const result: unknown = subscriber.handle(event);
          if (result instanceof Promise) result.catch(report);
        } catch (error) {
          report(error);
        }
      }
    },
    subscribe,
    follow: subscribe,
  };
}

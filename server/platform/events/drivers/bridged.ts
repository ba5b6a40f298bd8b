import type { DomainEventName } from '../../../../shared/events.ts';
import { newId } from '../../../lib/ids.ts';
import type { Logger } from '../../../lib/logger.ts';
import type { EventBus } from '../driver.ts';
import { createLocalEvents } from './local.ts';

/** What connects the processes of one instance. */
export type Wire = {
  /** To all processes, this one too. Rejects where it is away: what is said then is lost. */
  say(message: string): Promise<unknown>;
  hear(listener: (message: string) => void): void;
};

/** On the wire: who says it, and what happened in one moment, in order. */
type Message = { from: string; events: { name: DomainEventName; event: never }[] };

/** Events of all processes that a wire connects; while it is away, of this process. */
export function createBridgedEvents({ wire, logger }: { wire: Wire; logger: Logger }): EventBus {
  const own = createLocalEvents({ logger });
  const everybodys = createLocalEvents({ logger });
  const me = newId();
  let waiting: { name: DomainEventName; event: object }[] = [];

  wire.hear((text) => {
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
    wire.say(message).catch(() => logger.debug({}, 'other processes were not told of what happened'));
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

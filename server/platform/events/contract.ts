import { describe, expect, it, vi } from 'vitest';
import type { Logger } from '../../lib/logger.ts';
import type { EventBus } from './driver.ts';

/** What every EventBus keeps. `create` makes a fresh one that logs to the logger given. */
export function eventBusContract(name: string, create: (options: { logger: Logger }) => EventBus): void {
  const setUp = () => {
    const error = vi.fn();
    const logger: Logger = { debug: vi.fn(), info: vi.fn(), warn: vi.fn(), error, child: vi.fn() };
    return { bus: create({ logger }), error };
  };
  const event = { user_id: 'u', conversation_id: 'c' };

  describe(`event bus: ${name}`, () => {
    it('delivers an event once to each subscriber of its name', async () => {
      const { bus } = setUp();
      const [first, second, other] = [vi.fn(), vi.fn(), vi.fn()];
      bus.subscribe('conversation.updated', first);
      bus.subscribe('conversation.updated', second);
      bus.subscribe('conversation.deleted', other);
      bus.publish('conversation.updated', event);
      await vi.waitFor(() => expect([first.mock.calls, second.mock.calls]).toEqual([[[event]], [[event]]]));
      expect(other).not.toHaveBeenCalled();
    });

    it('counts the same function twice when it subscribed twice, and lets each go by itself', async () => {
      const { bus } = setUp();
      const handler = vi.fn();
      const leave = bus.subscribe('conversation.updated', handler);
      bus.subscribe('conversation.updated', handler);
      leave();
      leave();
      bus.publish('conversation.updated', event);
      await vi.waitFor(() => expect(handler).toHaveBeenCalledOnce());
    });

    it('logs a subscriber that fails, at once or later, and goes on to the next', async () => {
      const { bus, error } = setUp();
      const after = vi.fn();
      bus.subscribe('conversation.updated', () => {
        throw new Error('at once');
      });
      // oxlint-disable-next-line typescript/no-misused-promises -- the mistake that is tried here
      bus.subscribe('conversation.updated', async () => Promise.reject(new Error('later')));
      bus.subscribe('conversation.updated', after);
      bus.publish('conversation.updated', event);
      await vi.waitFor(() => expect([after.mock.calls.length, error.mock.calls.length]).toEqual([1, 2]));
    });

    it('does not tell who left, or came, because of the event', async () => {
      const { bus } = setUp();
      const [late, leaving] = [vi.fn(), vi.fn()];
      let leave = (): void => undefined;
      const last = vi.fn();
      bus.subscribe('conversation.updated', () => {
        leave();
        bus.subscribe('conversation.updated', late);
      });
      leave = bus.subscribe('conversation.updated', leaving);
      bus.subscribe('conversation.updated', last);
      bus.publish('conversation.updated', event);
      await vi.waitFor(() => expect(last).toHaveBeenCalledOnce());
      expect([late.mock.calls, leaving.mock.calls]).toEqual([[], []]);
    });
  });
}

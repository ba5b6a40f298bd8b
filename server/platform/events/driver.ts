import type { DomainEventName, DomainEvents } from '../../../shared/events.ts';

/** Typed domain events: published after their cause is committed, delivered at most once to each subscriber, never waited for. */
export interface EventBus {
  publish<N extends DomainEventName>(name: N, event: DomainEvents[N]): void;
  /**
   * Of this process alone: for what must be done once. Returns the way out. A subscriber that throws is logged and disturbs
   * nobody.
   */
  subscribe<N extends DomainEventName>(name: N, handler: (event: DomainEvents[N]) => void): () => void;
  /**
   * As `subscribe`, and what other processes of the instance publish too, where a driver connects them: for what each
   * process keeps or holds open. What was said while the connection was lost is not heard, so it only makes sooner what
   * is also found by looking.
   */
  follow<N extends DomainEventName>(name: N, handler: (event: DomainEvents[N]) => void): () => void;
}

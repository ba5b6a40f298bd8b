import type { DomainEventName, DomainEvents } from '../../../shared/events.ts';

/** Typed domain events: published after their cause is committed, delivered at most once to each subscriber, never waited for. */
export interface EventBus {
  publish<N extends DomainEventName>(name: N, event: DomainEvents[N]): void;
  /** Returns the way out. A subscriber that throws is logged and disturbs nobody. */
  subscribe<N extends DomainEventName>(name: N, handler: (event: DomainEvents[N]) => void): () => void;
}

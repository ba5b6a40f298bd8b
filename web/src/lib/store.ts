import { useSyncExternalStore } from 'react';

/** A value outside React that components can watch. `set` with the same value tells nobody. */
export type Store<T> = {
  get(): T;
  set(next: T | ((now: T) => T)): void;
  subscribe(listener: () => void): () => void;
};

export function createStore<T>(initial: T): Store<T> {
  let value = initial;
  const listeners = new Set<() => void>();
  return {
    get: () => value,
    set(next) {
      const to = typeof next === 'function' ? (next as (now: T) => T)(value) : next;
      if (Object.is(to, value)) return;
      value = to;
      for (const listener of listeners) listener();
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** Watches a part of a store. `pick` must return the same reference while nothing it reads has changed. */
export function useStore<T, S = T>(store: Store<T>, pick: (value: T) => S = (value) => value as unknown as S): S {
  return useSyncExternalStore(store.subscribe, () => pick(store.get()));
}

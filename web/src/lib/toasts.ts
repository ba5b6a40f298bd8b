import { createStore, type Store } from './store.ts';

export type Toast = {
  id: number;
  text: string;
  tone: 'plain' | 'danger';
  action?: { label: string; run(): void };
};

export type Toasts = {
  list: Store<readonly Toast[]>;
  /** Shows a toast for a while; with an action it stays a little longer. Gives the id that dismisses it. */
  show(toast: { text: string; tone?: Toast['tone']; action?: Toast['action'] }): number;
  dismiss(id: number): void;
};

/** Milliseconds. An undo must be reachable by keyboard and screen reader, too. */
export const undoTime = 8_000;
const plainTime = 4_000;

export function createToasts(): Toasts {
  const list = createStore<readonly Toast[]>([]);
  let last = 0;
  const dismiss = (id: number): void => list.set((now) => now.filter((toast) => toast.id !== id));
  return {
    list,
    dismiss,
    show({ text, tone = 'plain', action }) {
      last += 1;
      const id = last;
      list.set((now) => [...now.slice(-3), { id, text, tone, ...(action && { action }) }]);
      setTimeout(() => dismiss(id), action || tone === 'danger' ? undoTime : plainTime);
      return id;
    },
  };
}

import { createStore, type Store } from './store.ts';

export type Toast = {
  id: number;
  text: string;
  tone: 'plain' | 'danger';
  action?: { label: string; run(): void };
};
type Holder = 'focus' | 'pointer';
type Show = Pick<Toast, 'text'> & {
  tone?: Toast['tone'];
  action?: Toast['action'];
  /** Called once it is no longer there, for whatever reason. */
  gone?(): void;
};

type Kept = {
  ms: number;
  gone: (() => void) | undefined;
  holds: Set<Holder>;
  timer?: ReturnType<typeof setTimeout>;
};

export type Toasts = {
  list: Store<readonly Toast[]>;
  /** Shows a toast for a while; with an action it stays a little longer. Gives the id that dismisses it. */
  show(toast: Show): number;
  dismiss(id: number): void;
  /** While the focus or the pointer is in it, it stays; its time begins anew when both have left. */
  hold(id: number, by: Holder, on: boolean): void;
};

/** Milliseconds. An undo must be reachable by keyboard and screen reader, too. */
const undoTime = 8_000;
const plainTime = 4_000;
/** So many are there at once; of more, the oldest go. */
const most = 4;

export function createToasts(): Toasts {
  const list = createStore<readonly Toast[]>([]);
  const kept = new Map<number, Kept>();
  let last = 0;

  function dismiss(id: number): void {
    const toast = kept.get(id);
    if (!toast) return;
    clearTimeout(toast.timer);
    kept.delete(id);
    list.set((now) => now.filter((one) => one.id !== id));
    toast.gone?.();
  }
  function run(id: number, toast: Kept): void {
    clearTimeout(toast.timer);
    if (toast.holds.size === 0) toast.timer = setTimeout(() => dismiss(id), toast.ms);
  }

  return {
    list,
    dismiss,
    show({ text, tone = 'plain', action, gone }) {
      last += 1;
      const id = last;
      const toast: Kept = { ms: action || tone === 'danger' ? undoTime : plainTime, gone, holds: new Set<Holder>() };
      kept.set(id, toast);
      list.set((now) => [...now, { id, text, tone, ...(action && { action }) }]);
      run(id, toast);
      for (const old of list.get().slice(0, -most)) dismiss(old.id);
      return id;
    },
    hold(id, by, on) {
      const toast = kept.get(id);
      if (!toast) return;
      if (on) toast.holds.add(by);
      else toast.holds.delete(by);
      run(id, toast);
    },
  };
}

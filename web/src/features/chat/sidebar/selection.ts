import { createStore } from '../../../lib/store.ts';

/** The conversations that are selected; null while one is not selecting. */
const selected = createStore<ReadonlySet<string> | null>(null);
/** Where a range with Shift begins. */
let anchor: string | null = null;

export const selection = {
  selected,
  begin(id: string): void {
    anchor = id;
    selected.set(new Set([id]));
  },
  /** With Shift, everything between the last one and this one, in the order of the list. */
  toggle(id: string, on: boolean, range: readonly string[] | null): void {
    selected.set((now) => {
      const next = new Set(now);
      const [from, to] = [range?.indexOf(anchor ?? '') ?? -1, range?.indexOf(id) ?? -1];
      const ids = range && from >= 0 && to >= 0 ? range.slice(Math.min(from, to), Math.max(from, to) + 1) : [id];
      for (const one of ids) {
        if (on) next.add(one);
        else next.delete(one);
      }
      return next;
    });
    anchor = id;
  },
  all: (ids: readonly string[]): void => selected.set(new Set(ids)),
  end(): void {
    anchor = null;
    selected.set(null);
  },
};

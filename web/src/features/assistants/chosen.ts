import { createStore, type Store } from '../../lib/store.ts';

/** In the list of models, an assistant goes by this before its id. No provider's id looks like it. */
const MARK = 'assistant:';
export const assistantKey = (id: string): string => MARK + id;
/** The id behind such a key; null for what is a model. */
export const assistantIn = (key: string | null): string | null =>
  key?.startsWith(MARK) ? key.slice(MARK.length) : null;

const bySlot = new Map<string, Store<string | null>>();

/** Who answers in a chat that has no address yet. */
export function assistantOf(slot: string): Store<string | null> {
  const known = bySlot.get(slot) ?? createStore<string | null>(null);
  bySlot.set(slot, known);
  return known;
}

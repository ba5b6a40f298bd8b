import { createStore, type Store } from '../../lib/store.ts';

/** What the next question of a chat is asked of, beside the files that go with it. */
export type Asked = { collections: readonly { id: string; name: string }[]; webSearch: boolean };

export const nothingAsked: Asked = { collections: [], webSearch: false };

const bySlot = new Map<string, Store<Asked>>();

/** By slot: a draft keeps what was chosen for it while one looks elsewhere. */
export function askedOf(slot: string): Store<Asked> {
  const known = bySlot.get(slot) ?? createStore(nothingAsked);
  bySlot.set(slot, known);
  return known;
}

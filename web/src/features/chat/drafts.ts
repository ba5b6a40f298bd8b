import { remembered } from '../../lib/remembered.ts';
import { createStore, useStore } from '../../lib/store.ts';

const store = createStore<ReadonlyMap<string, string>>(new Map());
const read = (key: string): string => store.get().get(key) ?? remembered.read(`draft.${key}`) ?? '';

/** All new chats share one draft, so that a reload finds it. */
export const newDraft = 'new';

/** What is written but not sent, by conversation. */
export const drafts = {
  get: read,
  set(key: string, text: string): void {
    store.set((now) => new Map(now).set(key, text));
    remembered.write(`draft.${key}`, text);
  },
};

export const useDraft = (key: string): string => useStore(store, () => read(key));

import { createStore, type Store } from '../../lib/store.ts';

/**
 * A slot is one conversation on this page, from the empty desk on: the draft of a new chat keeps its slot when the server
 * gives it an id, so that nothing is drawn anew while the first answer is coming in.
 */
export type Slots = {
  draft: Store<string>;
  of(conversationId: string | undefined): string;
  /** Says that the draft has become a conversation. True where that is news. */
  bind(slot: string, conversationId: string): boolean;
  conversationOf(slot: string): string | undefined;
  /** The name under which a slot is found again after a reload. */
  lasting(slot: string): string;
  /** The draft has left the empty desk: the next new chat is another one. */
  renew(): void;
};

const FIRST = 'draft-1';

export function createSlots(): Slots {
  const draft = createStore(FIRST);
  const byConversation = new Map<string, string>();
  const bySlot = new Map<string, string>();
  let count = 1;
  return {
    draft,
    of: (conversationId) => (conversationId ? (byConversation.get(conversationId) ?? conversationId) : draft.get()),
    bind(slot, conversationId) {
      if (slot !== draft.get()) return false;
      const news = bySlot.get(slot) !== conversationId;
      byConversation.set(conversationId, slot);
      bySlot.set(slot, conversationId);
      return news;
    },
    conversationOf: (slot) => bySlot.get(slot),
    lasting: (slot) => bySlot.get(slot) ?? (slot.startsWith('draft-') ? FIRST : slot),
    renew() {
      if (!bySlot.has(draft.get())) return;
      count += 1;
      draft.set(`draft-${count}`);
    },
  };
}

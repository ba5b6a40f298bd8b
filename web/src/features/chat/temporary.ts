import type { Message } from '../../../../shared/api/chat.ts';
import { createStore, type Store } from '../../lib/store.ts';
import { blankMessage } from './messages.ts';
import { pathTo } from './tree.ts';

export type TemporaryChats = {
  /** By slot; a slot that is here is temporary, also before its first message. */
  chats: Store<ReadonlyMap<string, readonly Message[]>>;
  has(slot: string): boolean;
  begin(slot: string): void;
  /** Forgets all of it. */
  end(slot: string): void;
  find(slot: string, id: string): Message | undefined;
  put(slot: string, message: Message): void;
  /** Question (where it is a new one) and answer have begun. */
  started(slot: string, user: Message | null, answer: Partial<Message> & { id: string }): void;
  /** What was said down to a message, as the server takes it along with the next question. */
  said(slot: string, leaf: string | null): { role: Message['role']; content: string }[];
};

/** Chats that live in this page alone: a reload forgets them. */
export function createTemporaryChats(): TemporaryChats {
  const chats = createStore<ReadonlyMap<string, readonly Message[]>>(new Map());
  const messagesOf = (slot: string): readonly Message[] => chats.get().get(slot) ?? [];
  const set = (slot: string, messages: readonly Message[]): void =>
    chats.set((now) => new Map(now).set(slot, messages));
  const has = (slot: string): boolean => chats.get().has(slot);
  return {
    chats,
    has,
    begin: (slot) => set(slot, []),
    end: (slot) => chats.set((now) => new Map([...now].filter(([one]) => one !== slot))),
    find: (slot, id) => messagesOf(slot).find((message) => message.id === id),
    put(slot, message) {
      if (has(slot))
        set(
          slot,
          messagesOf(slot).map((one) => (one.id === message.id ? message : one)),
        );
    },
    started(slot, user, answer) {
      if (!has(slot) || messagesOf(slot).some(({ id }) => id === answer.id)) return;
      const at = Date.now();
      const question = user && { ...user, id: crypto.randomUUID(), created_at: new Date(at).toISOString() };
      const reply = blankMessage({
        ...answer,
        parent_id: question?.id ?? answer.parent_id ?? null,
        role: 'assistant',
        status: 'streaming',
        // Behind its question, whatever their ids.
        created_at: new Date(at + 1).toISOString(),
      });
      set(slot, [...messagesOf(slot), ...(question ? [question] : []), reply]);
    },
    said: (slot, leaf) =>
      leaf === null
        ? []
        : pathTo(messagesOf(slot), leaf)
            .map(({ message: { role, content } }) => ({ role, content }))
            .filter(({ content }) => content !== ''),
  };
}

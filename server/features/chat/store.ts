import type { Kysely } from 'kysely';
import type { InTransaction } from '../../db/transaction.ts';
import type { DB } from '../../db/schema.ts';
import {
  createConversationRepository,
  type ConversationChanges,
  type ConversationRow,
} from './conversation-repository.ts';
import { createGenerationRepository, type GenerationRow } from './generation-repository.ts';
import { createMessageRepository, type MessageRow } from './message-repository.ts';
import type { ChatTransaction } from './reaper.ts';

type Beginning = {
  conversation: ConversationRow;
  isNew: boolean;
  changes: ConversationChanges;
  messages: MessageRow[];
  generation: GenerationRow;
};

export type ChatStore = ReturnType<typeof createChatStore>;

/** The repositories of the chat, and the transactions that span them. */
export function createChatStore(db: Kysely<DB>, inTransaction: InTransaction) {
  const transaction: ChatTransaction = (work) =>
    inTransaction((tx) => work({ generations: createGenerationRepository(tx), messages: createMessageRepository(tx) }));
  return {
    conversations: createConversationRepository(db),
    messages: createMessageRepository(db),
    generations: createGenerationRepository(db),
    transaction,

    /** A question, the answer-to-be and its run: all or none. */
    begin: ({ conversation, isNew, changes, messages, generation }: Beginning): Promise<void> =>
      inTransaction(async (tx) => {
        const conversations = createConversationRepository(tx);
        if (isNew) await conversations.insert({ ...conversation, ...changes });
        else await conversations.update(conversation.id, changes);
        await createMessageRepository(tx).insert(messages);
        await createGenerationRepository(tx).insert(generation);
      }),
  };
}

import type { Kysely } from 'kysely';
import type { InTransaction } from '../../db/transaction.ts';
import type { DB } from '../../db/schema.ts';
import { AppError } from '../../lib/errors.ts';
import {
  createConversationRepository,
  type ConversationChanges,
  type ConversationRepository,
  type ConversationRow,
} from './conversation-repository.ts';
import { createGenerationRepository, type GenerationRepository, type GenerationRow } from './generation-repository.ts';
import { createMessageRepository, type MessageRepository, type MessageRow } from './message-repository.ts';
import { createQueueRepository, type Leaving } from './queue-repository.ts';

type Tables = {
  conversations: ConversationRepository;
  generations: GenerationRepository;
  messages: MessageRepository;
};

type Beginning = {
  conversation: ConversationRow;
  isNew: boolean;
  /** The message waited in the queue, which it leaves now. */
  queued: Leaving | null;
  /** An answer that is gone on with. */
  reopened: MessageRow | null;
  changes: ConversationChanges;
  messages: MessageRow[];
  generation: GenerationRow;
};

export type ChatStore = ReturnType<typeof createChatStore>;

/**
 * The repositories of the chat, and the transactions that span them. `together`: those of beginnings and ends of answers, of which
 * many come at once.
 */
export function createChatStore(db: Kysely<DB>, inTransaction: InTransaction, together = inTransaction) {
  const spanning =
    (within: InTransaction) =>
    <T>(work: (tables: Tables) => Promise<T>): Promise<T> =>
      within((tx) =>
        work({
          conversations: createConversationRepository(tx),
          generations: createGenerationRepository(tx),
          messages: createMessageRepository(tx),
        }),
      );
  return {
    conversations: createConversationRepository(db),
    messages: createMessageRepository(db),
    generations: createGenerationRepository(db),
    queue: createQueueRepository(db),
    transaction: spanning(inTransaction),
    ending: spanning(together),

    /** A question, the answer-to-be and its run: all or none. */
    begin: ({ conversation, isNew, queued, reopened, changes, messages, generation }: Beginning): Promise<void> =>
      together(async (tx) => {
        const repository = createMessageRepository(tx);
        // Somebody else was quicker: all of this is rolled back.
        if (queued && !(await createQueueRepository(tx).take(queued.id))) throw new AppError('CONFLICT');
        // Asked here, where an answer that failed meanwhile is seen.
        if (queued && !queued.afterFailure && (await repository.hasFailed(messages[0]?.parent_id ?? null)))
          throw new AppError('CONFLICT');
        if (reopened && !(await repository.reopen(reopened))) throw new AppError('CONFLICT');
        const conversations = createConversationRepository(tx);
        if (isNew) await conversations.insert({ ...conversation, ...changes });
        else await conversations.update(conversation.id, changes);
        if (messages.length) await repository.insert(messages, conversation.user_id);
        await createGenerationRepository(tx).insert(generation);
      }),
  };
}

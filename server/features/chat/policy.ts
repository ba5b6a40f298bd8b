import { grant, type Actor, type Authorized } from '../../http-kit/actor.ts';
import { AppError } from '../../lib/errors.ts';
import type { ConversationRepository, ConversationRow } from './conversation-repository.ts';
import type { GenerationRepository, GenerationRow } from './generation-repository.ts';
import type { MessageRepository, MessageRow } from './message-repository.ts';

export type OwnConversation = Authorized<ConversationRow>;
export type OwnMessage = Authorized<MessageRow>;
export type OwnGeneration = Authorized<GenerationRow>;

export type ChatPolicy = ReturnType<typeof createChatPolicy>;

/** A conversation and all that is in it belongs to one person; anybody else's is as if it were not there. */
export function createChatPolicy(repositories: {
  conversations: ConversationRepository;
  messages: MessageRepository;
  generations: GenerationRepository;
}) {
  const { conversations, messages, generations } = repositories;
  return {
    conversation: async (actor: Actor, id: string): Promise<OwnConversation> => {
      const row = await conversations.findOwned(actor.userId, id);
      if (!row) throw new AppError('CONVERSATION_NOT_FOUND');
      return grant(row);
    },

    message: async (actor: Actor, id: string): Promise<OwnMessage> => {
      const row = await messages.findOwned(actor.userId, id);
      if (!row) throw new AppError('MESSAGE_NOT_FOUND');
      return grant(row);
    },

    generation: async (actor: Actor, id: string): Promise<OwnGeneration> => {
      const row = await generations.find(id);
      if (row?.user_id !== actor.userId) throw new AppError('NOT_FOUND', { message: 'There is no such answer.' });
      return grant(row);
    },
  };
}

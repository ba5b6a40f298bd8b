import { grant, type Actor, type Authorized } from '../../http-kit/actor.ts';
import { AppError } from '../../lib/errors.ts';
import type { ConversationRepository, ConversationRow } from './conversation-repository.ts';
import type { LiveGeneration } from './live-generation.ts';
import type { GenerationRepository, GenerationRow } from './generation-repository.ts';
import type { MessageRepository, MessageRow } from './message-repository.ts';

export type OwnConversation = Authorized<ConversationRow>;
export type OwnMessage = Authorized<MessageRow>;
/** `conversation_id` is null for a temporary chat; `owner` is the process that writes it, where that is on record. */
export type OwnGeneration = Authorized<
  Pick<GenerationRow, 'id' | 'status' | 'message_id'> & { conversation_id: string | null; owner?: string }
>;

/** Whose things are asked for; only the person counts. */
export type Person = Pick<Actor, 'userId'>;

export type ChatPolicy = ReturnType<typeof createChatPolicy>;

/** A conversation and all that is in it belongs to one person; anybody else's is as if it were not there. */
export function createChatPolicy(repositories: {
  conversations: ConversationRepository;
  messages: MessageRepository;
  generations: GenerationRepository;
  /** A run of this process: temporary chats are nowhere else. */
  live(id: string): LiveGeneration | undefined;
}) {
  const { conversations, messages, generations, live } = repositories;
  return {
    conversation: async (actor: Person, id: string): Promise<OwnConversation> => {
      const row = await conversations.findOwned(actor.userId, id);
      if (!row) throw new AppError('CONVERSATION_NOT_FOUND');
      return grant(row);
    },

    message: async (actor: Person, id: string): Promise<OwnMessage> => {
      const row = await messages.findOwned(actor.userId, id);
      if (!row) throw new AppError('MESSAGE_NOT_FOUND');
      return grant(row);
    },

    generation: async (actor: Person, id: string): Promise<OwnGeneration> => {
      const here = live(id);
      if (here?.conversationId === null && here.userId === actor.userId) return temporary(here);
      const row = await generations.find(id);
      if (row?.user_id !== actor.userId) throw new AppError('NOT_FOUND', { message: 'There is no such answer.' });
      return grant(row);
    },
  };
}

/** A run that has no record; its owner is known from the run itself. */
export const temporary = ({ id, messageId, closed }: LiveGeneration): OwnGeneration =>
  grant({ id, message_id: messageId, conversation_id: null, status: closed ? 'done' : 'running' });

import {
  carriedMessage,
  EXPORT_FORMAT,
  type CarriedFeedback,
  type CarriedMessage,
  type ExportedConversation,
} from '../../../shared/api/chat-transfer.ts';
import type { Conversation, Message } from '../../../shared/api/chat.ts';
import type { Actor } from '../../http-kit/actor.ts';
import { toIso } from '../../lib/clock.ts';
import type { ConversationRow } from '../chat/conversation-repository.ts';
import type { OwnConversation } from '../chat/policy.ts';
import type { ChatStore } from '../chat/store.ts';
import type { FeedbackRepository, FeedbackRow } from '../feedback/repository.ts';
import { createImporter, type ImportDeps } from './importer.ts';

/** Messages read, and conversations listed, at one go. */
const BATCH = 200;

type Deps = ImportDeps & {
  conversations: ChatStore['conversations'];
  feedback: Pick<FeedbackRepository, 'ofConversation'>;
  /** The conversation and its messages as everybody else sees them. */
  presentConversation: (row: ConversationRow) => Conversation;
  messagesOf: (
    conversation: OwnConversation,
    query: { order: 'asc'; limit: number; cursor?: string | undefined },
  ) => Promise<{ items: Message[]; next_cursor: string | null }>;
  owning: (row: ConversationRow) => OwnConversation;
};

export type ChatTransfer = ReturnType<typeof createChatTransfer>;

/** Conversations as files: out of here, and into here from elsewhere. */
export function createChatTransfer(deps: Deps) {
  const { conversations, presentConversation, messagesOf, owning } = deps;

  async function exportOne(conversation: OwnConversation): Promise<ExportedConversation> {
    const { folder_id: _folder, assistant_id: _assistant, ...rest } = presentConversation(conversation);
    const thoughts = new Map(
      (await deps.feedback.ofConversation(conversation.user_id, conversation.id)).map((row) => [row.message_id, row]),
    );
    const messages: CarriedMessage[] = [];
    let cursor: string | undefined;
    do {
      const page = await messagesOf(conversation, { order: 'asc', limit: BATCH, cursor });
      for (const message of page.items) {
        const thought = thoughts.get(message.id);
        // By its schema: the same conversation is the same bytes, in whatever order its parts were once written.
        messages.push(carriedMessage.parse({ ...message, ...(thought && { feedback: carriedFeedback(thought) }) }));
      }
      cursor = page.next_cursor ?? undefined;
    } while (cursor !== undefined);
    return { format: EXPORT_FORMAT, version: 1, ...rest, messages };
  }

  return {
    exportOne,

    /** All of a person's conversations, archived ones too, those made last first. */
    async *exportAll({ userId }: Pick<Actor, 'userId'>): AsyncGenerator<ExportedConversation> {
      let before: string | undefined;
      for (;;) {
        const rows: ConversationRow[] = await conversations.made(userId, before, BATCH);
        for (const row of rows) yield exportOne(owning(row));
        before = rows.at(-1)?.id;
        if (rows.length < BATCH) break;
      }
    },

    importFrom: createImporter(deps).importFrom,
  };
}

const carriedFeedback = ({ rating, reason, comment, created_at, updated_at }: FeedbackRow): CarriedFeedback => ({
  rating,
  reason,
  comment,
  created_at: toIso(created_at),
  updated_at: toIso(updated_at),
});

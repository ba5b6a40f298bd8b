import { setImmediate } from 'node:timers/promises';
import type { CarriedFeedback, ImportItem, ImportReply } from '../../../shared/api/chat-transfer.ts';
import { tag as tagSchema } from '../../../shared/api/chat.ts';
import { toAppError } from '../../http-kit/problem.ts';
import type { Clock } from '../../lib/clock.ts';
import { newId } from '../../lib/ids.ts';
import type { Logger } from '../../lib/logger.ts';
import type { EventBus } from '../../platform/events/driver.ts';
import type { ConversationRow } from '../chat/conversation-repository.ts';
import type { MessageRow } from '../chat/message-repository.ts';
import type { ChatStore } from '../chat/store.ts';
import type { FeedbackRepository, FeedbackRow } from '../feedback/repository.ts';
import { carriedParts, createAttachments, type AttachmentDeps, type KeptFiles, type Who } from './attachments.ts';
import { readAll, type ImportSource } from './read-file.ts';
import type { ImportedConversation } from './tree.ts';

/** Messages written at one go. */
const BATCH = 200;

/** What a conversation is written into, in one transaction. */
type Tables = Pick<ChatStore, 'conversations' | 'messages'> & { feedback: FeedbackRepository };

export type ImportDeps = AttachmentDeps & {
  transaction: (work: (tables: Tables) => Promise<void>) => Promise<void>;
  newConversation: (
    row: Pick<ConversationRow, 'user_id' | 'title' | 'title_by_user'> & Partial<ConversationRow> & { at: number },
  ) => ConversationRow;
  newMessage: (message: {
    conversationId: string;
    parentId: string | null;
    role: MessageRow['role'];
    content: string;
    at: number;
    parts: ReturnType<typeof carriedParts>;
  }) => MessageRow;
  storedTags: (tags: readonly string[]) => string | null;
  events: Pick<EventBus, 'publish'>;
  logger: Pick<Logger, 'error'>;
  now: Clock;
};

type Told = {
  /** Of each conversation, when it is settled; the next waits for it. */
  onItem?: (item: ImportItem, progress: number) => Promise<void>;
  /** Aborted: what was taken stays, and no more is. */
  signal?: AbortSignal;
};

export function createImporter(deps: ImportDeps) {
  const { events, logger, now } = deps;

  /** A conversation with all of its messages, or nothing of it. */
  async function write(
    userId: string,
    { messages, leaf, ...file }: ImportedConversation,
    kept: KeptFiles,
  ): Promise<{ id: string; ratings: number }> {
    const at = file.createdAt ?? now();
    const tags = file.tags.flatMap((tag) => tagSchema.safeParse(tag).data ?? []).slice(0, 20);
    const ids = new Map(messages.map(({ key }) => [key, newId()]));
    const conversation = deps.newConversation({
      user_id: userId,
      title: stored(file.title) || 'Imported conversation',
      title_by_user: 1,
      model: file.model,
      pinned: file.pinned ? 1 : 0,
      archived: file.archived ? 1 : 0,
      tags: deps.storedTags(tags),
      memory: file.memory ? 1 : 0,
      leaf_id: (leaf !== null && ids.get(leaf)) || null,
      at,
      updated_at: file.updatedAt ?? at,
    });
    const rows: MessageRow[] = [];
    const thoughts: FeedbackRow[] = [];
    let last = at;
    for (const { key, parent, role, content, at: said, parts = [], feedback, rest } of messages) {
      last = said ?? last;
      const row = deps.newMessage({
        conversationId: conversation.id,
        parentId: parent === null ? null : (ids.get(parent) ?? null),
        role,
        content: stored(content),
        at: last,
        parts: carriedParts(parts, kept, { key, ids }),
      });
      const id = ids.get(key) ?? row.id;
      rows.push({ ...row, ...rest, id });
      if (feedback) thoughts.push(feedbackRow(feedback, { user_id: userId, message_id: id }));
    }
    await deps.transaction(async (tx) => {
      await tx.conversations.insert(conversation);
      for (let from = 0; from < rows.length; from += BATCH) await tx.messages.insert(rows.slice(from, from + BATCH));
      await tx.feedback.insert(thoughts);
    });
    return { id: conversation.id, ratings: thoughts.length };
  }

  /**
   * Takes what can be taken, each conversation whole, and says of each of the others why not. What fails before any
   * conversation was settled is thrown; after that it is told in the report, which says what was taken until then.
   */
  async function importFrom(actor: Who, source: ImportSource, { onItem, signal }: Told = {}): Promise<ImportReply> {
    const items: ImportItem[] = [];
    const { userId } = actor;
    const attachments = await createAttachments(deps, actor, source);
    let newest: string | null = null;
    let ratings = 0;
    let stopped: ImportReply['stopped'] = null;

    async function keep(conversation: ImportedConversation): Promise<string> {
      const before = attachments.count();
      try {
        const written = await write(userId, conversation, await attachments.ofConversation(conversation));
        ratings += written.ratings;
        return written.id;
      } catch (error) {
        await attachments.forgetSince(before);
        throw error;
      }
    }

    try {
      for await (const { progress, ...read } of readAll(source)) {
        // A file holds thousands: others get their turn.
        await setImmediate();
        if (signal?.aborted) break;
        const item: ImportItem =
          'reason' in read
            ? { title: read.title, status: 'skipped', conversation_id: null, reason: read.reason, left_out: [] }
            : {
                title: read.title,
                status: 'imported',
                conversation_id: (newest = await keep(read.conversation)),
                reason: null,
                left_out: Array.from(read.conversation.leftOut, ([kind, count]) => ({ kind, count })),
              };
        items.push(item);
        await onItem?.(item, progress);
      }
    } catch (thrown) {
      if (items.length === 0) throw thrown;
      const error = toAppError(thrown);
      if (error.status >= 500) logger.error({ err: error.cause ?? error }, 'an import ended before its end');
      stopped = { code: error.code, message: error.message };
    } finally {
      if (newest !== null) events.publish('conversation.updated', { user_id: userId, conversation_id: newest });
    }
    const imported = items.filter(({ status }) => status === 'imported').length;
    return {
      imported,
      skipped: items.length - imported,
      items,
      files: attachments.count(),
      files_unused: attachments.unused(source.fileCount),
      ratings,
      stopped,
    };
  }

  return { importFrom };
}

const feedbackRow = (
  { rating, reason, comment, created_at, updated_at }: CarriedFeedback,
  of: Pick<FeedbackRow, 'user_id' | 'message_id'>,
): FeedbackRow => ({
  id: newId(),
  ...of,
  rating,
  reason: reason === null ? null : stored(reason),
  comment: comment === null ? null : stored(comment),
  created_at: Date.parse(created_at),
  updated_at: Date.parse(updated_at),
});

/** PostgreSQL has no NUL in texts. */
const stored = (text: string): string => text.replaceAll('\u0000', '');

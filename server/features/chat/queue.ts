import type { QueueBody, QueuedMessage } from '../../../shared/api/chat.ts';
import { errorMessage } from '../../../shared/errors.ts';
import { toIso, type Clock } from '../../lib/clock.ts';
import { AppError } from '../../lib/errors.ts';
import { newId } from '../../lib/ids.ts';
import type { Logger } from '../../lib/logger.ts';
import type { EventBus } from '../../platform/events/driver.ts';
import type { FileService } from '../files/service.ts';
import type { Asker, ChatService } from './chat-service.ts';
import type { GenerationEngine } from './generation-engine.ts';
import type { GenerationRepository } from './generation-repository.ts';
import type { OwnConversation, Person } from './policy.ts';
import type { QueuedRow, QueueRepository } from './queue-repository.ts';

/** More than this is no thought that came while reading. */
const MAX_QUEUED = 20;

type Deps = {
  queue: QueueRepository;
  engine: Pick<GenerationEngine, 'closing'>;
  generations: Pick<GenerationRepository, 'runningIn'>;
  chat: Pick<ChatService, 'sendQueued'>;
  /** Who somebody is now. Throws USER_INACTIVE, USER_PENDING and FORBIDDEN for who may not work here any more. */
  asker(userId: string): Promise<Asker>;
  files: Pick<FileService, 'owned'>;
  events: EventBus;
  logger: Pick<Logger, 'error'>;
  now: Clock;
};

export type MessageQueue = ReturnType<typeof createMessageQueue>;

/**
 * Messages that were sent while an answer was being written. They are stored, so that every device sees them and a reload loses none,
 * and go one by one: each when the answer before it has ended well or was stopped. After a failure they wait for the person.
 */
export function createMessageQueue({ queue, engine, generations, chat, asker, files, events, logger, now }: Deps) {
  const announce = ({ user_id, conversation_id }: Pick<QueuedRow, 'user_id' | 'conversation_id'>): void =>
    events.publish('conversation.updated', { user_id, conversation_id });

  /**
   * Sends the oldest, unless an answer is being written, it could not be sent before, or (without `afterFailure`) the newest
   * answer failed. Safe to call at any time, from anywhere.
   */
  async function next(conversationId: string, { afterFailure = false } = {}): Promise<void> {
    if (engine.closing) return;
    // In this order: whoever sees the second message sees that the first one is being answered.
    const [row] = await queue.of(conversationId);
    if (!row || row.error_code !== null || (await generations.runningIn(conversationId)).length > 0) return;
    try {
      const fileIds = filesOf(row).map(({ id }) => id);
      await chat.sendQueued(await asker(row.user_id), row, { fileIds, afterFailure });
    } catch (error) {
      if (error instanceof AppError && error.code === 'CONFLICT') return;
      const known = error instanceof AppError ? error : new AppError('INTERNAL_ERROR');
      if (known.status === 500) logger.error({ err: error }, 'a message that waited could not be sent');
      await queue.change(row.id, { error_code: known.code, error_message: known.message });
      announce(row);
    }
  }

  const nextLater = (conversationId: string): void =>
    void next(conversationId).catch((error: unknown) =>
      logger.error({ err: error }, 'the messages that wait could not be looked at'),
    );

  events.subscribe('generation.updated', ({ conversation_id, status }) => {
    if (conversation_id !== null && (status === 'done' || status === 'stopped')) nextLater(conversation_id);
  });

  async function own({ userId }: Person, id: string): Promise<QueuedRow> {
    const row = await queue.findOwned(userId, id);
    if (!row) throw new AppError('MESSAGE_NOT_FOUND', { message: 'This message is not waiting any more.' });
    return row;
  }

  return {
    list: async (conversation: OwnConversation): Promise<QueuedMessage[]> =>
      (await queue.of(conversation.id)).map(present),

    async add(
      conversation: OwnConversation,
      { content, model, file_ids, ...asked }: QueueBody,
    ): Promise<QueuedMessage> {
      if ((await queue.of(conversation.id)).length >= MAX_QUEUED)
        throw new AppError('CONFLICT', { message: `No more than ${MAX_QUEUED} messages can wait in a conversation.` });
      const attached = file_ids?.length ? await files.owned(conversation.user_id, file_ids) : [];
      const row: QueuedRow = {
        id: newId(),
        conversation_id: conversation.id,
        user_id: conversation.user_id,
        content,
        model: model ?? null,
        files: JSON.stringify(attached.map(({ id, filename }) => ({ id, filename }))),
        asked: Object.keys(asked).length > 0 ? JSON.stringify(asked) : null,
        error_code: null,
        error_message: null,
        created_at: now(),
      };
      await queue.insert(row);
      announce(row);
      // The answer may have ended just now.
      nextLater(conversation.id);
      return present(row);
    },

    /** Another text; what had failed may be tried again with it. */
    async change(person: Person, id: string, content: string): Promise<QueuedMessage> {
      const row = await own(person, id);
      const changes = { content, error_code: null, error_message: null };
      if (!(await queue.change(row.id, changes))) await own(person, id);
      announce(row);
      nextLater(row.conversation_id);
      return present({ ...row, ...changes });
    },

    /** Takes it back; what is gone already is no error. */
    async remove({ userId }: Person, id: string): Promise<void> {
      const row = await queue.findOwned(userId, id);
      if (row && (await queue.take(row.id))) announce(row);
    },

    /** Tries again what waits after a failure. */
    async resume(conversation: OwnConversation): Promise<void> {
      const [row] = await queue.of(conversation.id);
      if (row?.error_code != null) await queue.change(row.id, { error_code: null, error_message: null });
      await next(conversation.id, { afterFailure: true });
    },
  };
}

const filesOf = (row: QueuedRow): QueuedMessage['files'] => JSON.parse(row.files) as QueuedMessage['files'];

const present = (row: QueuedRow): QueuedMessage => ({
  id: row.id,
  conversation_id: row.conversation_id,
  content: row.content,
  model: row.model,
  files: filesOf(row),
  error: row.error_code && { code: row.error_code, message: row.error_message ?? errorMessage(row.error_code) },
  created_at: toIso(row.created_at),
});

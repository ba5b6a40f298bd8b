import type { Kysely } from 'kysely';
import type { Feedback, FeedbackBody, FeedbackPatch, FeedbackQuery } from '../../../shared/api/feedback.ts';
import type { Engine } from '../../db/dialect.ts';
import type { DB } from '../../db/schema.ts';
import type { Actor } from '../../http-kit/actor.ts';
import { toIso, type Clock } from '../../lib/clock.ts';
import { AppError, invalidField } from '../../lib/errors.ts';
import { newId } from '../../lib/ids.ts';
import type { OwnMessage } from '../chat/policy.ts';
import { createFeedbackRepository, type FeedbackRow } from './repository.ts';

type Who = Pick<Actor, 'userId'>;

export type FeedbackService = ReturnType<typeof createFeedbackService>;

const present = ({ user_id: _user, created_at, updated_at, ...row }: FeedbackRow): Feedback => ({
  ...row,
  created_at: toIso(created_at),
  updated_at: toIso(updated_at),
});

/** What people think of answers. */
export function createFeedbackService({ db, engine, now }: { db: Kysely<DB>; engine: Engine; now: Clock }) {
  const repository = createFeedbackRepository(db, engine);

  async function own({ userId }: Who, id: string): Promise<FeedbackRow> {
    const row = await repository.find(userId, id);
    if (!row) throw new AppError('NOT_FOUND', { message: 'There is no such feedback.' });
    return row;
  }

  return {
    async list({ userId }: Who, query: FeedbackQuery): Promise<{ items: Feedback[]; next_cursor: string | null }> {
      const { limit } = query;
      const rows = await repository.list(userId, query, limit + 1);
      const items = rows.slice(0, limit);
      return { items: items.map(present), next_cursor: rows.length > limit ? (items.at(-1)?.id ?? null) : null };
    },

    get: async (who: Who, id: string): Promise<Feedback> => present(await own(who, id)),

    /** Takes the place of what the person said about the same answer before. */
    async put({ userId }: Who, message: OwnMessage, body: FeedbackBody): Promise<Feedback> {
      if (message.role !== 'assistant') throw invalidField('message_id', 'Only answers can be rated.');
      await repository.put({
        id: newId(),
        user_id: userId,
        message_id: message.id,
        rating: body.rating,
        reason: body.reason ?? null,
        comment: body.comment ?? null,
        created_at: now(),
        updated_at: now(),
      });
      return present(await repository.ofMessage(userId, message.id));
    },

    async change(who: Who, id: string, body: FeedbackPatch): Promise<Feedback> {
      const row = await own(who, id);
      const changes = {
        ...(body.rating !== undefined && { rating: body.rating }),
        ...(body.reason !== undefined && { reason: body.reason }),
        ...(body.comment !== undefined && { comment: body.comment }),
        updated_at: now(),
      };
      await repository.update(row.id, changes);
      return present({ ...row, ...changes });
    },

    remove: ({ userId }: Who, id: string): Promise<void> => repository.remove(userId, id),
  };
}

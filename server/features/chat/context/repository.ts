import type { Kysely } from 'kysely';
import type { ContextSummaries, DB } from '../../../db/schema.ts';
import { ancestorsOf } from '../message-repository.ts';

export type SummaryRow = ContextSummaries;

export type ContextRepository = ReturnType<typeof createContextRepository>;

/** What the older parts of paths were summarised to. */
export function createContextRepository(db: Kysely<DB>) {
  const find = (messageId: string): Promise<SummaryRow | undefined> =>
    db.selectFrom('context_summaries').selectAll().where('message_id', '=', messageId).executeTakeFirst();

  return {
    /** Those of the messages at which a summary ends. */
    endingAt: (ids: readonly string[]): Promise<SummaryRow[]> =>
      db.selectFrom('context_summaries').selectAll().where('message_id', 'in', ids).execute(),

    /** The nearest summary on the way up from a message, and how many messages there are before one comes to it. */
    async above(messageId: string): Promise<{ summary: SummaryRow | null; between: number }> {
      const path = await ancestorsOf(db, messageId)
        .selectFrom('path')
        .leftJoin('context_summaries', 'context_summaries.message_id', 'path.id')
        .select(['path.depth', 'context_summaries.message_id as summarised'])
        .orderBy('path.depth')
        .execute();
      const found = path.find(({ summarised }) => summarised !== null);
      if (!found?.summarised) return { summary: null, between: path.length };
      return { summary: (await find(found.summarised)) ?? null, between: Number(found.depth) };
    },

    /** In the place of one that ends at the same message. */
    async save(row: SummaryRow): Promise<void> {
      await db.transaction().execute(async (tx) => {
        await tx.deleteFrom('context_summaries').where('message_id', '=', row.message_id).execute();
        await tx.insertInto('context_summaries').values(row).execute();
      });
    },

    /** What was said has changed: nothing that was made of it holds any more. */
    async forget(conversationId: string): Promise<void> {
      await db.deleteFrom('context_summaries').where('conversation_id', '=', conversationId).execute();
    },
  };
}

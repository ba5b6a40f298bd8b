import type { Kysely } from 'kysely';
import type { DB } from '../../db/schema.ts';

export type ApprovalRow = DB['tool_approvals'];

export function createToolRepository(db: Kysely<DB>) {
  const isGranted = async (conversationId: string, tool: string): Promise<boolean> =>
    (await db
      .selectFrom('tool_grants')
      .select('tool')
      .where('conversation_id', '=', conversationId)
      .where('tool', '=', tool)
      .executeTakeFirst()) !== undefined;

  return {
    ask: async (row: ApprovalRow): Promise<void> => {
      await db.insertInto('tool_approvals').values(row).execute();
    },

    find: (generationId: string, callId: string): Promise<ApprovalRow | undefined> =>
      db
        .selectFrom('tool_approvals')
        .selectAll()
        .where('generation_id', '=', generationId)
        .where('tool_call_id', '=', callId)
        .executeTakeFirst(),

    /** Of several words at once, the first counts: false for the others. */
    decide: async (generationId: string, callId: string, allow: boolean): Promise<boolean> => {
      const { numUpdatedRows } = await db
        .updateTable('tool_approvals')
        .set({ allowed: allow ? 1 : 0 })
        .where('generation_id', '=', generationId)
        .where('tool_call_id', '=', callId)
        .where('allowed', 'is', null)
        .executeTakeFirst();
      return numUpdatedRows > 0n;
    },

    isGranted,
    grant: async (row: DB['tool_grants']): Promise<void> => {
      if (await isGranted(row.conversation_id, row.tool)) return;
      try {
        await db.insertInto('tool_grants').values(row).execute();
      } catch (error) {
        // Another device said the same at the same moment.
        if (!(await isGranted(row.conversation_id, row.tool))) throw error;
      }
    },
  };
}

import { sql, type Kysely } from 'kysely';
import type { DB } from '../../db/schema.ts';

/** What is told of each thing: these columns, and no others. */
const columns = {
  users: ['id', 'email', 'username', 'name', 'role', 'email_verified', 'created_at', 'last_active_at'],
  profiles: ['full_name', 'phone', 'bio', 'timezone', 'language', 'preferences', 'updated_at'],
  memories: ['id', 'content', 'enabled', 'origin', 'conversation_id', 'created_at', 'updated_at'],
  prompts: ['id', 'command', 'title', 'content', 'shared', 'created_at', 'updated_at'],
  assistants: [
    'id',
    'name',
    'description',
    'emoji',
    'model',
    'system',
    'options',
    'collections',
    'files',
    'tools',
    'starters',
    'everyone',
    'created_at',
    'updated_at',
  ],
  folders: ['id', 'parent_id', 'name', 'created_at', 'updated_at'],
  conversations: ['id', 'folder_id'],
  collections: ['id', 'name', 'description', 'created_at', 'updated_at'],
  collection_sources: ['id', 'collection_id', 'file_id', 'url', 'title', 'state', 'fetched_at', 'created_at'],
  notifications: ['id', 'kind', 'target_kind', 'target_id', 'detail', 'created_at', 'read_at'],
  feedback: ['id', 'message_id', 'rating', 'reason', 'comment', 'created_at', 'updated_at'],
  question_expectations: ['message_id', 'places', 'updated_at'],
  question_runs: ['id', 'setup', 'totals', 'created_at'],
  question_results: ['run_id', 'message_id', 'result'],
  share_links: ['id', 'conversation_id', 'mode', 'is_public', 'title', 'created_at'],
  sessions: ['id', 'user_agent', 'ip', 'created_at', 'last_seen_at'],
  api_keys: ['id', 'name', 'prefix', 'scopes', 'created_at', 'expires_at', 'last_used_at'],
  usage_models: ['day', 'model', 'messages', 'prompt_tokens', 'completion_tokens', 'cost'],
  group_members: ['group_id', 'created_at'],
  audit_log: ['id', 'at', 'action', 'target_kind', 'target_name', 'ip', 'user_agent', 'detail'],
} as const satisfies Partial<Record<keyof DB, readonly string[]>>;

export type BelongingTable = keyof typeof columns;

type Key = {
  owner: string;
  order: readonly string[];
  /** Where the owner is a row of another table, which says whose it is: that table, and its column that the owner is. */
  through?: readonly [table: BelongingTable, column: string];
};

/** By which column a row is somebody's, and by which columns rows are in an order that no two share. */
const keys: Partial<Record<BelongingTable, Key>> = {
  users: { owner: 'id', order: ['id'] },
  profiles: { owner: 'user_id', order: ['user_id'] },
  collection_sources: { owner: 'added_by', order: ['id'] },
  question_expectations: { owner: 'message_id', order: ['message_id'], through: ['feedback', 'message_id'] },
  question_results: { owner: 'run_id', order: ['run_id', 'message_id'], through: ['question_runs', 'id'] },
  usage_models: { owner: 'user_id', order: ['day', 'model'] },
  group_members: { owner: 'user_id', order: ['group_id'] },
  audit_log: { owner: 'actor_id', order: ['seq'] },
};

const BATCH = 500;

export const createBelongingsRepository = (db: Kysely<DB>) => ({
  async count(table: 'conversations' | 'files', userId: string): Promise<number> {
    const { n } = await db
      .selectFrom(table)
      .select((e) => e.fn.countAll<number | string>().as('n'))
      .where('user_id', '=', userId)
      .executeTakeFirstOrThrow();
    return Number(n);
  },

  /** A person's rows of a table, as many as there are, a batch at a time. */
  async *rows(table: BelongingTable, userId: string): AsyncGenerator<Record<string, unknown>> {
    const { owner, order, through }: Key = keys[table] ?? { owner: 'user_id', order: ['id'] };
    const whose = through
      ? sql`in (select ${sql.ref(through[1])} from ${sql.table(through[0])} where user_id = ${userId})`
      : sql`= ${userId}`;
    const names = [...new Set([...columns[table], ...order])].map((name) => sql.ref(name));
    let last: Record<string, unknown> | undefined;
    for (;;) {
      const after =
        last &&
        sql` and (${sql.join(order.map((name) => sql.ref(name)))}) > (${sql.join(order.map((name) => last?.[name]))})`;
      const { rows } = await sql<Record<string, unknown>>`
        select ${sql.join(names)} from ${sql.table(table)}
        where ${sql.ref(owner)} ${whose}${after ?? sql``}
        order by ${sql.join(order.map((name) => sql.ref(name)))} limit ${sql.lit(BATCH)}`.execute(db);
      for (const row of rows) yield Object.fromEntries(columns[table].map((name) => [name, row[name]]));
      last = rows.at(-1);
      if (rows.length < BATCH) return;
    }
  },
});

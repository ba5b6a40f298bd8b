import type { Kysely } from 'kysely';
import type { DB } from '../../db/schema.ts';
import { toIso } from '../../lib/clock.ts';
import { createBelongingsRepository, type BelongingTable } from './belongings-repository.ts';

type Row = Record<string, unknown>;

/** Where each thing of an account goes, and what the file's readme says of it. Conversations and files have places of their own. */
const places: readonly { file: string; table: BelongingTable; text: string }[] = [
  { file: 'account.json', table: 'users', text: 'your account' },
  { file: 'profile.json', table: 'profiles', text: 'what you told of yourself, and what pages keep for you' },
  { file: 'memories.json', table: 'memories', text: 'what is remembered of you for all conversations' },
  { file: 'prompts.json', table: 'prompts', text: 'your prompts' },
  { file: 'assistants.json', table: 'assistants', text: 'your assistants' },
  { file: 'folders.json', table: 'folders', text: 'your folders' },
  { file: 'folder-places.json', table: 'conversations', text: 'which conversation lies in which folder' },
  { file: 'collections.json', table: 'collections', text: 'your collections' },
  { file: 'collection-sources.json', table: 'collection_sources', text: 'what is in your collections' },
  { file: 'feedback.json', table: 'feedback', text: 'what you thought of answers' },
  {
    file: 'question-expectations.json',
    table: 'question_expectations',
    text: 'what should be found for saved questions',
  },
  { file: 'question-runs.json', table: 'question_runs', text: 'when you asked saved questions again, and the sums' },
  { file: 'question-results.json', table: 'question_results', text: 'what each of those times found' },
  { file: 'notifications.json', table: 'notifications', text: 'what you were told of' },
  { file: 'shares.json', table: 'share_links', text: 'your links to conversations, without their secret part' },
  { file: 'sessions.json', table: 'sessions', text: 'devices that are signed in' },
  { file: 'api-keys.json', table: 'api_keys', text: 'your API keys, without the keys themselves' },
  { file: 'usage.json', table: 'usage_models', text: 'what you used, by day and model' },
  { file: 'groups.json', table: 'group_members', text: 'groups that you are in' },
  { file: 'audit.json', table: 'audit_log', text: 'what was written down of what you did here' },
];

/** Columns that hold JSON, shown as what they say. */
const json = new Set([
  'preferences',
  'options',
  'collections',
  'files',
  'tools',
  'starters',
  'scopes',
  'detail',
  'places',
  'setup',
  'totals',
  'result',
]);

/** Columns that are 0 or 1. */
const flags = new Set(['email_verified', 'enabled', 'shared', 'everyone', 'is_public']);

/** Times as people write them, truth as truth, JSON as JSON. */
const readable = (row: Row): Row =>
  Object.fromEntries(
    Object.entries(row).map(([name, value]) => {
      if ((name === 'at' || name.endsWith('_at')) && value !== null) return [name, toIso(Number(value))];
      if (json.has(name) && typeof value === 'string') return [name, JSON.parse(value) as unknown];
      return [name, flags.has(name) ? Number(value) === 1 : value];
    }),
  );

/** All that an account holds beside conversations and files, one list a file. Secrets are not among it, not even their hashes. */
export function createBelongings(db: Kysely<DB>) {
  const repository = createBelongingsRepository(db);
  return places.map(({ file, table, text }) => ({
    file,
    text,
    async *rows(userId: string): AsyncGenerator<Row> {
      for await (const row of repository.rows(table, userId)) yield readable(row);
    },
  }));
}

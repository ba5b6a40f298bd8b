import type { Kysely } from 'kysely';
import pino from 'pino';
import { openDatabase } from '../../server/db/database.ts';
import type { DB } from '../../server/db/schema.ts';
import { analyse } from '../../server/lib/text/terms.ts';
import { messageTerms } from '../../server/platform/search/term-query.ts';
import type { Plan } from './p6-library.ts';

/** Fills the database of an instance with years of conversations: `p6-fill.ts <plan as JSON>`. */
const { url, big, small, conversations, messages, long } = JSON.parse(process.argv[2] ?? '{}') as Plan;
const BATCH = 500;
const WORDS = 24;
const WORDS_THERE_ARE = 20_000;
const START = Date.UTC(2024, 0, 1);

const database = openDatabase({ url, poolSize: 1, slowQueryMs: 600_000, logger: pino({ level: 'silent' }) });
const { db, engine } = database;

/** Inserts by one statement that is compiled once: compiling would take longer than inserting. */
function inserter<T extends 'conversations' | 'messages' | 'message_terms'>(table: T) {
  let waiting: DB[T][] = [];
  let compiled: { sql: string; query: never } | undefined;
  const write = async (on: Kysely<DB>, rows: DB[T][]): Promise<void> => {
    const made = on.insertInto(table).values(rows as never);
    if (rows.length < BATCH) return void (await made.execute());
    compiled ??= made.compile() as never;
    const parameters = rows.flatMap((row) => Object.values(row));
    await on.executeQuery({ ...(compiled as object), parameters } as never);
  };
  return {
    async add(row: DB[T]): Promise<void> {
      if (waiting.push(row) === BATCH) await this.flush();
    },
    async flush(): Promise<void> {
      const rows = waiting;
      waiting = [];
      if (rows.length > 0) await write(db, rows);
    },
  };
}

/** Numbers that look random, the same in each run. */
let seed = 1;
const random = (): number => (seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647;
/** By Zipf's law: `w1x` is in nearly every message, `w100x` in a few of a hundred, most in next to none. */
const word = (): string => `w${Math.floor(WORDS_THERE_ARE ** random())}x`;
/** As the index has it. */
const known = new Map<string, string>();
function termOf(text: string): string {
  const term = known.get(text) ?? analyse(text, 'en')[0]?.term ?? '';
  known.set(text, term);
  return term;
}
/** As a UUIDv7 of that moment. */
const idAt = (at: number, n: number): string => {
  const time = at.toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7000-8000-${n.toString(16).padStart(12, '0')}`;
};

const into = {
  conversations: inserter('conversations'),
  messages: inserter('messages'),
  terms: inserter('message_terms'),
};
let written = 0;

async function conversation(userId: string, length: number): Promise<void> {
  const created = START + written * 60_000;
  const id = idAt(created, 0);
  await into.conversations.add({
    id,
    user_id: userId,
    title: `Chat ${written}`,
    title_by_user: 0,
    model: null,
    pinned: 0,
    archived: 0,
    folder_id: null,
    tags: null,
    memory: 1,
    assistant_id: null,
    created_at: created,
    updated_at: created,
  } as DB['conversations']);
  // What refers to it must find it.
  await into.conversations.flush();
  let parent: string | null = null;
  for (let n = 0; n < length; n += 1) {
    const at = START + written * 60_000;
    written += 1;
    const message = idAt(at, written);
    const words = Array.from({ length: WORDS }, word);
    // A word that is in twenty messages of all, whatever the size.
    if (written % Math.ceil(messages / 20) === 0) words.push('needlex');
    await into.messages.add({
      id: message,
      conversation_id: id,
      parent_id: parent,
      role: n % 2 === 0 ? 'user' : 'assistant',
      content: words.join(' '),
      parts: '[]',
      status: 'complete',
      model: null,
      provider: null,
      prompt_tokens: null,
      completion_tokens: null,
      finish_reason: null,
      sources: '[]',
      error_code: null,
      error_message: null,
      generation_id: null,
      first_token_ms: null,
      duration_ms: null,
      created_at: at,
      updated_at: at,
    } as DB['messages']);
    await into.terms.add({ message_id: message, terms: messageTerms(userId, words.map(termOf)) });
    parent = message;
  }
}

if (engine === 'sqlite') {
  // Nobody else has it open, and it is thrown away if this is cut off. Rows refer to rows of the same batch.
  const { sql } = await import('kysely');
  for (const pragma of ['synchronous = OFF', 'foreign_keys = OFF', 'cache_size = -200000'])
    await sql.raw(`pragma ${pragma}`).execute(db);
}
await conversation(big, long);
const each = Math.floor((messages - long) / (conversations - 1));
for (let n = 1; n < conversations; n += 1) {
  await conversation(big, each);
  if (n % Math.ceil(conversations / 100) === 0) await conversation(small, 10);
}
for (const table of Object.values(into)) await table.flush();
if (engine === 'postgres') {
  const { sql } = await import('kysely');
  await sql`analyze`.execute(db);
}
await database.close();

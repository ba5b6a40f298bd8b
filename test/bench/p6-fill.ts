import { newConversationRow, newMessage } from '../../server/features/chat/rows.ts';
import { analyse } from '../../server/lib/text/terms.ts';
import { messageTerms } from '../../server/platform/search/term-query.ts';
import type { Plan } from './p6-library.ts';
import { sinkFor } from './p6-sinks.ts';

/** Fills the database of an instance with years of conversations: `p6-fill.ts <plan as JSON>`. The rows are those that a chat makes. */
const { url, big, small, conversations, messages, long } = JSON.parse(process.argv[2] ?? '{}') as Plan;
const WORDS = 24;
const WORDS_THERE_ARE = 20_000;
const START = Date.UTC(2024, 0, 1);

const into = await sinkFor(url);

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

let written = 0;

async function conversation(userId: string, length: number): Promise<void> {
  const at = START + written * 60_000;
  const id = idAt(at, 0);
  await into.add('conversations', {
    ...newConversationRow({ user_id: userId, title: `Chat ${written}`, title_by_user: 0, at }),
    id,
  });
  let parent: string | null = null;
  for (let n = 0; n < length; n += 1) parent = await message(userId, id, parent, n % 2 === 1);
}

const answered = {
  role: 'assistant',
  model: 'openai/gpt-4o',
  provider: 'openai',
  prompt_tokens: 400,
  completion_tokens: 40,
  finish_reason: 'stop',
  first_token_ms: 300,
  duration_ms: 1_500,
} as const;

async function message(
  userId: string,
  conversationId: string,
  parentId: string | null,
  isAnswer: boolean,
): Promise<string> {
  const at = START + written * 60_000;
  written += 1;
  const id = idAt(at, written);
  const words = Array.from({ length: WORDS }, word);
  // A word that is in twenty messages of all, whatever the size.
  if (written % Math.ceil(messages / 20) === 0) words.push('needlex');
  await into.add('messages', {
    ...newMessage({ conversationId, parentId, role: 'user', content: words.join(' '), at }),
    id,
    ...(isAnswer && answered),
  });
  await into.add('message_terms', { message_id: id, terms: messageTerms(userId, new Set(words.map(termOf))) });
  return id;
}

await conversation(big, long);
const each = Math.floor((messages - long) / (conversations - 1));
for (let n = 1; n < conversations; n += 1) {
  await conversation(big, each);
  if (n % Math.ceil(conversations / 100) === 0) await conversation(small, 10);
}
await into.close();

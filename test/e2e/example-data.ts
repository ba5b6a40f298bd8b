import type { ExportedConversation } from '../../shared/api/chat-transfer.ts';
import type { Message } from '../../shared/api/chat.ts';
import { newId } from '../../server/lib/ids.ts';
import { makePdf } from '../fixtures/pdf.ts';
import { manualPages } from '../fixtures/manual.ts';
import { letterAnswer, roastAnswer, titles } from './example-answers.ts';
import type { House, Person } from './house.ts';

const MODEL = 'ollama/llama3.2:latest';
const HOUR = 3_600_000;

/** A house that is lived in: people, conversations of some weeks, files, a collection, prompts, groups. */
export async function furnish(house: House): Promise<{ reader: Person; roast: string }> {
  const reader = await house.person('Ada Marten');
  for (const name of ['Tomáš Novák', 'Ines Okafor', 'Jo Lindqvist']) await house.person(name);
  const roast = await converse(reader);
  await keep(reader);
  await govern(reader);
  return { reader, roast };
}

async function converse(reader: Person): Promise<string> {
  const questions: Record<string, [string, string]> = {
    [titles[0]]: ['How do I roast the new Ethiopian lot light, and what should I write down?', roastAnswer],
    [titles[1]]: ['Answer Mr Novák: delivery before 10 December, and the price of the table.', letterAnswer],
  };
  const now = Date.now();
  const chats = titles.map((title, at) =>
    exported(
      title,
      new Date(now - at * at * 2 * HOUR),
      questions[title] ?? [`${title}: where do I begin?`, 'With the oldest one.'],
      at,
    ),
  );
  const { body } = await reader.post('/api/conversations/import', chats);
  const ids = new Map(
    (body.items as { title: string; conversation_id: string }[]).map((one) => [one.title, one.conversation_id]),
  );
  const folder = await reader.post('/api/folders', { name: 'Roastery' });
  await reader.post('/api/folders', { name: 'Paperwork' });
  for (const title of [titles[2], titles[10]])
    await reader.patch(`/api/conversations/${ids.get(title)}`, { folder_id: folder.body.id });
  await reader.patch(`/api/conversations/${ids.get(titles[3])}`, { pinned: true });
  return ids.get(titles[0]) ?? '';
}

const blank = {
  usage: null,
  sources: [] as Message['sources'],
  finish_reason: null,
  error: null,
  generation_id: null,
  assistant: null,
};

/** A question and its answer as an export has them. */
function exported(title: string, at: Date, [question, answer]: [string, string], place: number): ExportedConversation {
  const time = at.toISOString();
  const id = newId();
  const asked = newId();
  const message = (fields: Partial<Message>): Message => ({
    ...blank,
    id: newId(),
    conversation_id: id,
    parent_id: null,
    role: 'user',
    content: '',
    parts: [],
    status: 'complete',
    model: null,
    provider: null,
    first_token_ms: null,
    duration_ms: null,
    created_at: time,
    ...fields,
  });
  return {
    format: 'carrel.conversation',
    version: 1,
    id,
    title,
    model: MODEL,
    pinned: false,
    archived: false,
    tags: place % 5 === 1 ? ['roastery'] : [],
    memory: true,
    leaf_id: null,
    created_at: time,
    updated_at: time,
    messages: [
      message({ id: asked, content: question }),
      message({
        parent_id: asked,
        role: 'assistant',
        content: answer,
        model: MODEL,
        provider: 'ollama',
        finish_reason: 'stop',
        first_token_ms: 420,
        duration_ms: 8_400,
        usage: { prompt_tokens: 61, completion_tokens: 512, total_tokens: 573 },
      }),
    ],
  };
}

async function keep(reader: Person): Promise<void> {
  const manual = await reader.uploadAndWait(
    'Ostrava R12 manual.pdf',
    await makePdf({ pages: manualPages }),
    'application/pdf',
  );
  const notes = await reader.uploadAndWait(
    'cupping-notes.md',
    '# Friday\n\nJasmine, apricot, a little flat.',
    'text/markdown',
  );
  await reader.uploadAndWait('gas-offer-2026.txt', 'Propane, 900 litres a month: EUR 1.74 a litre.', 'text/plain');
  const { body } = await reader.post('/api/collections', {
    name: 'The roaster',
    description: 'Manual, service reports and what we learned.',
  });
  for (const file of [manual, notes])
    await reader.post(`/api/collections/${body.id}/sources`, { kind: 'file', file_id: file.id });
  await reader.post('/api/prompts', {
    command: 'letter',
    title: 'A letter',
    content: 'Write a letter to {{whom}} about {{what}}. Short and friendly.',
  });
  await reader.post('/api/prompts', {
    command: 'eli5',
    title: 'Explain simply',
    content: 'Explain {{what}} as to a twelve-year-old.',
    shared: true,
  });
  await reader.post('/api/memories', { content: 'Runs a small roastery with one 12 kg drum, an Ostrava R12.' });
  await reader.post('/api/memories', { content: 'Prefers grams, litres and degrees Celsius.' });
}

async function govern(reader: Person): Promise<void> {
  await reader.post('/api/admin/groups', { name: 'Roasters', description: 'Those who stand at the drum' });
  await reader.post('/api/admin/groups', { name: 'Shop', description: 'Counter and deliveries' });
  await reader.post('/api/admin/invites', { max_uses: 3 });
}

import { EXPORT_FORMAT, EXPORT_LIST_FORMAT } from '../../../shared/api/chat-transfer.ts';
import { invalidField } from '../../lib/errors.ts';
import { fromChatGpt } from './chatgpt.ts';
import { fromOpenWebUi } from './open-webui.ts';
import { fromOwn } from './own.ts';
import { isTooDeep, titleIn, Unfit, type ImportedConversation } from './tree.ts';

/** One conversation of a file, or why it cannot be taken. */
export type Read = { title: string; conversation: ImportedConversation } | { title: string; reason: string };

const MAX_CONVERSATIONS = 10_000;

/** Reads what somebody exported, here or elsewhere. VALIDATION_FAILED where it is no such file at all. */
export function* readFile(body: unknown): Generator<Read> {
  const all = conversationsIn(body);
  if (all.length > MAX_CONVERSATIONS)
    throw invalidField('', `No more than ${MAX_CONVERSATIONS} conversations at once. Split the file.`);
  for (const value of all) {
    const title = titleIn(value);
    try {
      if (isTooDeep(value)) throw new Unfit('Its objects lie too deep in one another.');
      const conversation = readerOf(value)(value);
      if (conversation.messages.length === 0) throw new Unfit('It has no messages that could be read.');
      yield { title, conversation };
    } catch (error) {
      if (!(error instanceof Unfit)) throw error;
      yield { title, reason: error.message };
    }
  }
}

function conversationsIn(body: unknown): unknown[] {
  if (Array.isArray(body)) return body as unknown[];
  const { format, conversations } = body as { format?: unknown; conversations?: unknown };
  if (format === EXPORT_LIST_FORMAT && Array.isArray(conversations)) return conversations as unknown[];
  if (has(body, 'mapping') || has(body, 'chat') || format === EXPORT_FORMAT) return [body];
  throw invalidField('', 'This is not an export of Carrel, ChatGPT or Open WebUI.');
}

function readerOf(value: unknown): (value: unknown) => ImportedConversation {
  if (has(value, 'mapping')) return fromChatGpt;
  if (has(value, 'chat')) return fromOpenWebUi;
  if ((value as { format?: unknown } | null)?.format === EXPORT_FORMAT) return fromOwn;
  throw new Unfit('It is not a conversation of Carrel, ChatGPT or Open WebUI.');
}

const has = (value: unknown, name: string): boolean =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, name);

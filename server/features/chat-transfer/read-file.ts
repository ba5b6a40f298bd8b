import type { Readable } from 'node:stream';
import { EXPORT_FORMAT, EXPORT_LIST_FORMAT } from '../../../shared/api/chat-transfer.ts';
import { AppError } from '../../lib/errors.ts';
import { fromChatGpt } from './chatgpt.ts';
import { fromClaude } from './claude.ts';
import type { JsonValue } from './json-values.ts';
import { fromOpenWebUi } from './open-webui.ts';
import { fromOwn } from './own.ts';
import {
  isTooDeep,
  namesPrototype,
  nothingBeside,
  titleIn,
  Unfit,
  type Beside,
  type ImportedConversation,
} from './tree.ts';

/** A file of many years; of a ZIP, one conversation. */
export const MAX_BYTES = 50 * 1024 * 1024;
const MAX_CONVERSATIONS = 10_000;

/** What somebody exported, here or elsewhere, as it came. */
export type ImportSource = {
  /** Its conversations in order, and how much has been read then, 0 to 1. */
  values: AsyncGenerator<JsonValue & { progress: number }>;
  beside: Beside;
  /** Files that it has the bytes of. */
  fileCount: number;
  /** The bytes of one that `beside` has. */
  open(id: string): Promise<Readable>;
  close(): Promise<void>;
};

/** One conversation of a file, or why it cannot be taken. */
export type Read = { title: string; conversation: ImportedConversation } | { title: string; reason: string };

/** An export that is one JSON value. VALIDATION_FAILED where it is no such file at all. */
export function jsonExport(body: unknown): ImportSource {
  const all = valuesIn(body);
  if (all.length > MAX_CONVERSATIONS) throw tooMany();
  async function* values(): ImportSource['values'] {
    for (const [at, value] of all.entries()) yield { value, progress: (at + 1) / all.length };
  }
  return {
    values: values(),
    beside: nothingBeside,
    fileCount: 0,
    open: () => Promise.reject(new Error('There are no files in it.')),
    close: () => Promise.resolve(),
  };
}

/** Each as what it is here. VALIDATION_FAILED where there are too many. */
export async function* readAll(source: ImportSource): AsyncGenerator<Read & { progress: number }> {
  let count = 0;
  for await (const { progress, ...json } of source.values) {
    count += 1;
    if (count > MAX_CONVERSATIONS) throw tooMany();
    yield { ...('reason' in json ? { title: titleIn(null), ...json } : readOne(json.value, source.beside)), progress };
  }
}

/** Why nothing more of the file can be taken. */
export const noExport = (message: string): AppError => new AppError('VALIDATION_FAILED', { message });

const tooMany = (): AppError => noExport(`No more than ${MAX_CONVERSATIONS} conversations at once. Split the file.`);

function readOne(value: unknown, beside: Beside): Read {
  const title = titleIn(value);
  try {
    if (isTooDeep(value)) throw new Unfit('Its objects lie too deep in one another.');
    if (namesPrototype(value)) throw new Unfit('One of its names is not allowed.');
    const conversation = readerOf(value)(value, beside);
    if (conversation.messages.length === 0) throw new Unfit('It has no messages that could be read.');
    return { title, conversation };
  } catch (error) {
    if (!(error instanceof Unfit)) throw error;
    return { title, reason: error.message };
  }
}

/** The conversations of a file, whichever they are. */
export function valuesIn(body: unknown): unknown[] {
  if (Array.isArray(body)) return body as unknown[];
  const { format, conversations } = (body ?? {}) as { format?: unknown; conversations?: unknown };
  if (format === EXPORT_LIST_FORMAT && Array.isArray(conversations)) return conversations as unknown[];
  if (['mapping', 'chat', 'chat_messages'].some((name) => has(body, name)) || format === EXPORT_FORMAT) return [body];
  throw noExport('This is not an export of Carrel, ChatGPT, Claude or Open WebUI.');
}

function readerOf(value: unknown): (value: unknown, beside: Beside) => ImportedConversation {
  if (has(value, 'mapping')) return fromChatGpt;
  if (has(value, 'chat')) return fromOpenWebUi;
  if (has(value, 'chat_messages')) return fromClaude;
  if ((value as { format?: unknown } | null)?.format === EXPORT_FORMAT) return fromOwn;
  throw new Unfit('It is not a conversation of Carrel, ChatGPT, Claude or Open WebUI.');
}

const has = (value: unknown, name: string): boolean =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, name);

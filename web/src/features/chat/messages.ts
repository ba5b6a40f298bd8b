import type { Message } from '../../../../shared/api/chat.ts';
import type { ToolPart } from '../../../../shared/api/tools.ts';
import type { LiveRun } from './live.ts';
import { pathTo, type PathEntry } from './tree.ts';

/** A message with nothing in it, for what the server has not told yet. */
export const blankMessage = (known: Partial<Message> & { id: string }): Message => ({
  conversation_id: '',
  parent_id: null,
  role: 'user',
  content: '',
  parts: [],
  status: 'complete',
  model: null,
  provider: null,
  assistant: null,
  usage: null,
  sources: [],
  finish_reason: null,
  error: null,
  generation_id: null,
  first_token_ms: null,
  duration_ms: null,
  created_at: new Date().toISOString(),
  ...known,
});

/** Temporary messages have such ids: nothing can be asked of the server about them. */
export const isStored = (message: Message): boolean => !/^(user|answer)-/.test(message.id);

/** The path that is shown, with what is on its way to the server at its end. */
export function shownPath(
  messages: Message[],
  leaf: string | null,
  sending: LiveRun | undefined,
): PathEntry<Message>[] {
  if (!sending) return pathTo(messages, leaf);
  const { key, user, parentId, run } = sending;
  const path = parentId === null ? [] : pathTo(messages, parentId);
  const alone = (message: Message): PathEntry<Message> => ({ message, siblings: [message.id], at: 0 });
  if (user) path.push(alone(user));
  const parent = user?.id ?? parentId;
  path.push(
    alone(
      blankMessage({
        id: `answer-${key}`,
        parent_id: parent,
        role: 'assistant',
        status: 'streaming',
        model: run.model,
        assistant: run.assistant,
      }),
    ),
  );
  return path;
}

const none: readonly Message[] = [];

/** The answers of several models that stand side by side at the end of the path; none where one of them was kept. */
export function answersBeside(
  messages: readonly Message[],
  path: readonly PathEntry<Message>[],
  kept: string | null | undefined,
): readonly Message[] {
  const [question, last] = path.slice(-2).map(({ message }) => message);
  if (last?.role !== 'assistant' || !question?.parts.some(({ type }) => type === 'compare')) return none;
  const answers = messages.filter(({ parent_id }) => parent_id === question.id);
  return answers.some(({ id }) => id === kept) ? none : answers;
}

export const filesOf = (message: Message): { id: string; filename: string }[] =>
  message.parts.flatMap((part) => (part.type === 'file' ? [{ id: part.file_id, filename: part.filename }] : []));

export const reasoningOf = (message: Message): string =>
  message.parts.flatMap((part) => (part.type === 'reasoning' ? [part.text] : [])).join('\n\n');

export const toolsOf = (message: Message): ToolPart[] =>
  message.parts.flatMap((part) => (part.type === 'tool' ? [part] : []));

/** A stored answer that was cut off, by a model that goes on with what it began. */
export const canGoOn = (message: Message): boolean =>
  message.content !== '' &&
  message.conversation_id !== '' &&
  message.provider !== 'librarian' &&
  (message.status === 'complete' ? message.finish_reason === 'length' : message.status !== 'streaming');

/** Names of the collections that a question was asked of. */
export const collectionsOf = (message: Message): { id: string; name: string }[] =>
  message.parts.flatMap((part) => (part.type === 'collection' ? [{ id: part.collection_id, name: part.name }] : []));

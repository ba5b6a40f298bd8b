import { z } from 'zod';
import type { MessagePart } from '../../../shared/api/chat.ts';
import { createLeftOut, key, parsed, type LeftOut } from './foreign.ts';
import {
  inOrder,
  isTooDeep,
  keepingTree,
  titleIn,
  type Attachment,
  type ImportedConversation,
  type ImportedMessage,
} from './tree.ts';

/** A conversation of Claude's conversations.json, as far as it is known; everything else in it is left alone. */
const time = z.string().max(40).nullish();
const block = z.looseObject({
  type: z.string(),
  text: z.string().nullish(),
  thinking: z.string().nullish(),
  name: z.string().nullish(),
  input: z.unknown(),
  content: z.unknown(),
  is_error: z.boolean().nullish(),
});
const messageSchema = z.looseObject({
  uuid: key,
  parent_message_uuid: key.nullish(),
  sender: z.string(),
  text: z.string().nullish(),
  content: z.array(block.partial({ input: true, content: true })).nullish(),
  created_at: time,
  attachments: z
    .array(z.looseObject({ file_name: z.string().nullish(), extracted_content: z.string().nullish() }))
    .nullish(),
  files: z.array(z.unknown()).nullish(),
});
const schema = z.looseObject({
  created_at: time,
  updated_at: time,
  current_leaf_message_uuid: z.string().nullish(),
  chat_messages: z.array(messageSchema),
});
type Message = z.infer<typeof messageSchema>;
type ToolPart = Extract<MessagePart, { type: 'tool' }>;

export function fromClaude(value: unknown): ImportedConversation {
  const file = parsed(schema, value);
  const leftOut = createLeftOut();
  // Exports of earlier days are a list: each message answers the one before it.
  const isTree = file.chat_messages.some(({ parent_message_uuid: parent }) => parent != null);
  const keys = new Set(file.chat_messages.map(({ uuid }) => uuid));
  const all = file.chat_messages.map((message, at) => {
    const before = isTree ? message.parent_message_uuid : file.chat_messages[at - 1]?.uuid;
    // The first has a parent that is none.
    const parent = before != null && keys.has(before) ? before : null;
    return toMessage(message, parent, leftOut);
  });
  const kept = keepingTree(
    all,
    ({ content, parts = [], attachments = [] }) => content !== '' || parts.length + attachments.length > 0,
  );
  const leaf = file.current_leaf_message_uuid ?? null;
  return {
    title: titleIn(value),
    model: null,
    pinned: false,
    archived: false,
    tags: [],
    memory: true,
    leaf: kept.some(({ key: name }) => name === leaf) ? leaf : null,
    createdAt: toMs(file.created_at),
    updatedAt: toMs(file.updated_at),
    leftOut: leftOut.counts,
    messages: inOrder(kept),
  };
}

function toMs(at: string | null | undefined): number | null {
  const ms = Date.parse(at ?? '');
  return ms >= 0 && ms < 1e14 ? ms : null;
}

function toMessage(message: Message, parent: string | null, leftOut: LeftOut): ImportedMessage {
  const { uuid, sender, created_at } = message;
  leftOut.add('file', message.files?.length ?? 0);
  const common = { key: uuid, parent, at: toMs(created_at), attachments: textsIn(message) };
  const blocks = message.content ?? [];
  const texts = blocks.flatMap(({ type, text }) => (type === 'text' && text?.trim() ? text.trim() : []));
  // Beside blocks, it repeats them with placeholders between.
  const content = blocks.length ? texts.join('\n\n') : (message.text ?? '').trim();
  if (sender === 'human') return { ...common, role: 'user', content };
  const thoughts = blocks.flatMap(({ type, thinking }) => (type === 'thinking' && thinking ? thinking : []));
  return {
    ...common,
    role: 'assistant',
    content,
    parts: [
      ...(thoughts.length ? [{ type: 'reasoning' as const, text: thoughts.join('\n\n') }] : []),
      ...toolsIn(blocks),
    ],
  };
}

/** What was read from attached files and long pastes: the file itself is not in the export. */
const textsIn = ({ attachments }: Message): Attachment[] =>
  (attachments ?? []).flatMap(({ file_name: name, extracted_content: text }) =>
    text ? { kind: 'file' as const, filename: asText(name || 'Pasted text'), from: { text } } : [],
  );

const asText = (name: string): string => (/\.(txt|md|csv|json)$/i.test(name) ? name : `${name}.txt`);

function toolsIn(blocks: NonNullable<Message['content']>): ToolPart[] {
  const tools: ToolPart[] = [];
  let length = 0;
  for (const { type, text, name, input, content, is_error } of blocks) {
    if (type === 'text' && text?.trim()) length += text.trim().length + (length > 0 ? 2 : 0);
    if (type === 'tool_use')
      tools.push({
        type: 'tool',
        id: `call_${tools.length + 1}`,
        name: (name || 'tool').slice(0, 128),
        arguments: isObject(input) && !isTooDeep(input) ? input : {},
        round: tools.length,
        at: length,
        approval: null,
        result: null,
      });
    const open = tools.at(-1);
    if (type === 'tool_result' && open?.result === null)
      open.result = { content: wordsOf(content), is_error: is_error ?? false };
  }
  return tools;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function wordsOf(content: unknown): string {
  if (typeof content === 'string') return content;
  const all: unknown[] = Array.isArray(content) ? content : [];
  return all.flatMap((one) => (isObject(one) && typeof one['text'] === 'string' ? one['text'] : [])).join('\n');
}

import { z } from 'zod';
import { createLeftOut, key, modelName, parsed, seconds, toMs, type LeftOut } from './foreign.ts';
import { chatGptFiles } from './chatgpt-files.ts';
import {
  inOrder,
  isTooDeep,
  keepingTree,
  titleIn,
  type Attachment,
  type Beside,
  type ImportedConversation,
  type ImportedMessage,
} from './tree.ts';
import type { MessagePart } from '../../../shared/api/chat.ts';

/** ChatGPT's conversations.json, as far as it is known; everything else in it is left alone. */
const messageSchema = z.looseObject({
  author: z.looseObject({ role: z.string(), name: z.string().nullish() }),
  create_time: seconds,
  recipient: z.string().nullish(),
  content: z.looseObject({
    content_type: z.string().optional(),
    parts: z.array(z.unknown()).optional(),
    text: z.string().optional(),
    result: z.string().optional(),
    thoughts: z.array(z.looseObject({ content: z.string().optional() })).optional(),
  }),
  metadata: z
    .looseObject({
      model_slug: modelName.nullish(),
      is_visually_hidden_from_conversation: z.boolean().nullish(),
      attachments: z
        .array(z.looseObject({ id: z.string().nullish(), name: z.string().nullish(), mime_type: z.string().nullish() }))
        .nullish(),
      finish_details: z.looseObject({ type: z.string().optional() }).nullish(),
    })
    .nullish(),
});
const schema = z.looseObject({
  title: z.string().nullish(),
  create_time: seconds,
  update_time: seconds,
  is_archived: z.boolean().nullish(),
  is_starred: z.boolean().nullish(),
  current_node: z.string().nullish(),
  mapping: z.record(
    z.string(),
    z.looseObject({ id: key.optional(), parent: key.nullish(), message: messageSchema.nullish() }),
  ),
});
export type ChatGptMessage = z.infer<typeof messageSchema>;
type Message = ChatGptMessage;

/** What one node of the tree says. A turn of the model is a chain of them: thoughts, calls, results, words. */
type Said = { text: string; reasoning: string; call: string | null; result: string | null; files: Attachment[] };
type Node = { key: string; parent: string | null; message: Message | null; said: Said };

const nothing: Said = { text: '', reasoning: '', call: null, result: null, files: [] };
/** Reckoned by them, not said: what the person wrote about themselves, and “Thought for 5 seconds”. */
const background = new Set(['user_editable_context', 'model_editable_context', 'reasoning_recap']);

function saidIn(message: Message, beside: Beside, leftOut: LeftOut): Said {
  const { author, recipient, content, metadata } = message;
  const kind = content.content_type ?? 'text';
  if (metadata?.is_visually_hidden_from_conversation || background.has(kind)) return nothing;
  const text = textOf(content);
  const files = chatGptFiles(message, beside, leftOut);
  if (author.role === 'user') return { ...nothing, text, files };
  if (author.role === 'tool') return { ...nothing, result: text, files };
  if (author.role !== 'assistant') return nothing;
  if (kind === 'thoughts')
    return { ...nothing, reasoning: (content.thoughts ?? []).flatMap((one) => one.content ?? []).join('\n\n') };
  if (recipient && recipient !== 'all') return { ...nothing, call: text };
  return { ...nothing, text, files };
}

/** The words among the parts: what was typed, and what was heard. */
function textOf({ parts, text, result }: Message['content']): string {
  const words = (parts ?? []).flatMap((part) => {
    if (typeof part === 'string') return part;
    const { text: inner } = (part ?? {}) as { text?: unknown };
    return typeof inner === 'string' ? inner : [];
  });
  return (words.length ? words.join('\n') : (text ?? result ?? '')).trim();
}

const isSaid = ({ text, reasoning, call, result, files }: Said): boolean =>
  text !== '' || reasoning !== '' || call !== null || result !== null || files.length > 0;

/** One conversation: a mapping of nodes, of which an edited question or a second answer makes a tree. */
export function fromChatGpt(value: unknown, beside: Beside): ImportedConversation {
  const file = parsed(schema, value);
  const leftOut = createLeftOut();
  const nodes = Object.entries(file.mapping).map(([name, { parent, message }]): Node => ({
    key: name,
    parent: parent ?? null,
    message: message ?? null,
    said: message ? saidIn(message, beside, leftOut) : nothing,
  }));
  const kept = keepingTree(nodes, ({ said }) => isSaid(said));
  const { turns, endOf } = inTurns(kept);
  const shown = file.current_node == null ? null : nearestKept(file.current_node, nodes, endOf);
  return {
    title: titleIn(value),
    model: null,
    pinned: file.is_starred ?? false,
    archived: file.is_archived ?? false,
    tags: [],
    memory: true,
    leaf: shown,
    createdAt: toMs(file.create_time),
    updatedAt: toMs(file.update_time),
    leftOut: leftOut.counts,
    messages: inOrder(turns.map((turn) => toMessage(turn, beside))),
  };
}

type Turn = { key: string; parent: string | null; nodes: Node[] };

/** Chains of what the model did, up to where they end, branch, or are answered, are one turn; each question is one. */
function inTurns(kept: readonly Node[]): { turns: Turn[]; endOf: ReadonlyMap<string, string> } {
  const isAnswer = ({ message }: Node): boolean => message?.author.role !== 'user';
  const children = Map.groupBy(kept, ({ parent }) => parent);
  const byKey = new Map(kept.map((node) => [node.key, node]));
  const onlyNext = ({ key: name }: Node): Node | undefined => {
    const [next, ...more] = children.get(name) ?? [];
    return next && more.length === 0 && isAnswer(next) ? next : undefined;
  };
  const goesOn = (node: Node): boolean => {
    const before = node.parent === null ? undefined : byKey.get(node.parent);
    return before !== undefined && isAnswer(before) && isAnswer(node) && onlyNext(before) === node;
  };
  const turns: Turn[] = [];
  const endOf = new Map<string, string>();
  for (const first of kept) {
    if (goesOn(first)) continue;
    const chain = [first];
    if (isAnswer(first)) for (let next = onlyNext(first); next; next = onlyNext(next)) chain.push(next);
    const end = chain.at(-1)?.key ?? first.key;
    for (const { key: name } of chain) endOf.set(name, end);
    turns.push({ key: end, parent: first.parent, nodes: chain });
  }
  return { turns, endOf };
}

/** The message that what is shown belongs to; what is shown may itself hold no words. */
function nearestKept(from: string, nodes: readonly Node[], endOf: ReadonlyMap<string, string>): string | null {
  const parents = new Map(nodes.map(({ key: name, parent }) => [name, parent]));
  const seen = new Set<string>();
  for (let at: string | null = from; at !== null && !seen.has(at); at = parents.get(at) ?? null) {
    seen.add(at);
    const end = endOf.get(at);
    if (end !== undefined) return end;
  }
  return null;
}

function toMessage({ key: name, parent, nodes }: Turn, beside: Beside): ImportedMessage {
  const of = nodes[0]?.message ?? null;
  const at = toMs(nodes.find(({ message }) => message?.create_time)?.message?.create_time);
  if (of?.author.role === 'user') {
    const { text = '', files = [] } = nodes[0]?.said ?? {};
    return { key: name, parent, role: 'user', content: text, at, attachments: files };
  }
  const texts: string[] = [];
  const reasoning: string[] = [];
  const tools: Extract<MessagePart, { type: 'tool' }>[] = [];
  const attachments: Attachment[] = [];
  for (const { message, said } of nodes) {
    const { text, call, result, files } = said;
    if (text !== '') texts.push(text);
    if (said.reasoning !== '') reasoning.push(said.reasoning);
    const open = tools.at(-1)?.result === null ? tools.at(-1) : undefined;
    if (call !== null) tools.push(toolCall(tools.length, message?.recipient ?? '', call, texts));
    else if (result !== null && open) open.result = { content: result, is_error: false };
    else if (result !== null)
      tools.push({
        ...toolCall(tools.length, message?.author.name ?? '', '', texts),
        result: { content: result, is_error: false },
      });
    const made = result === null ? undefined : tools.at(-1)?.id;
    attachments.push(...files.map((file) => ({ ...file, ...(made !== undefined && { call: made }) })));
  }
  const model = nodes.findLast(({ message }) => message?.metadata?.model_slug)?.message?.metadata?.model_slug ?? null;
  const ending = nodes.at(-1)?.message?.metadata?.finish_details?.type;
  // A thumb is given to the last of what the model did, most often; whichever it is, it is about the whole.
  const rated = nodes.findLast((node) => beside.ratingOf(node.key));
  return {
    key: name,
    parent,
    role: 'assistant',
    content: texts.join('\n\n'),
    at,
    parts: [...(reasoning.length ? [{ type: 'reasoning' as const, text: reasoning.join('\n\n') }] : []), ...tools],
    attachments,
    feedback: rated && beside.ratingOf(rated.key),
    rest: {
      model,
      ...(ending === 'max_tokens' && { finish_reason: 'length' }),
      ...(ending === 'interrupted' && { status: 'stopped' as const }),
    },
  };
}

function toolCall(
  n: number,
  name: string,
  text: string,
  before: readonly string[],
): Extract<MessagePart, { type: 'tool' }> {
  return {
    type: 'tool',
    id: `call_${n + 1}`,
    name: name.slice(0, 128) || 'tool',
    arguments: argumentsIn(text),
    round: n,
    at: before.join('\n\n').length,
    approval: null,
    result: null,
  };
}

/** JSON where it is an object, otherwise the code itself. */
function argumentsIn(text: string): Record<string, unknown> {
  if (text === '') return {};
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value) && !isTooDeep(value))
      return value as Record<string, unknown>;
  } catch {
    // A program, not JSON.
  }
  return { code: text };
}

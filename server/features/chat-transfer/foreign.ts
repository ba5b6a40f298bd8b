import { z } from 'zod';
import { inOrder, keepingTree, titleIn, Unfit, type ImportedConversation, type ImportedMessage } from './tree.ts';

/** Other programs' files are read for what is known of them; everything else in them is left alone. */
const seconds = z.number().nonnegative().lt(1e11).nullish();
const toMs = (at: number | null | undefined): number | null => (at ? Math.round(at * 1_000) : null);
const key = z.string().max(200);
const modelName = z.string().transform((name) => name.replaceAll('\u0000', '').slice(0, 300));

const chatGptMessage = z.looseObject({
  author: z.looseObject({ role: z.string() }),
  create_time: seconds,
  content: z.looseObject({
    content_type: z.string().optional(),
    parts: z.array(z.unknown()).optional(),
    text: z.string().optional(),
  }),
  metadata: z
    .looseObject({ model_slug: modelName.optional(), is_visually_hidden_from_conversation: z.boolean().optional() })
    .nullish(),
});
const chatGpt = z.looseObject({
  title: z.string().nullish(),
  create_time: seconds,
  update_time: seconds,
  is_archived: z.boolean().nullish(),
  mapping: z.record(
    z.string(),
    z.looseObject({ id: key.optional(), parent: key.nullish(), message: chatGptMessage.nullish() }),
  ),
});

/** The text parts of a message; pictures and the like are left out. */
function textOf({ parts, text }: z.infer<typeof chatGptMessage>['content']): string {
  const texts = (parts ?? []).flatMap((part) => {
    if (typeof part === 'string') return part;
    const inner = (part as { text?: unknown } | null)?.text;
    return typeof inner === 'string' ? inner : [];
  });
  return (texts.length ? texts.join('\n') : (text ?? '')).trim();
}

/** One conversation of ChatGPT's conversations.json: a mapping of nodes, some of them without words or of tools. */
export function fromChatGpt(value: unknown): ImportedConversation {
  const file = parsed(chatGpt, value);
  const nodes = Object.entries(file.mapping).map(([name, { parent, message }]) => ({
    key: name,
    parent: parent ?? null,
    message: message ?? null,
    text: message && !message.metadata?.is_visually_hidden_from_conversation ? textOf(message.content) : '',
  }));
  const kept = keepingTree(nodes, ({ message, text }) => text !== '' && isSpeaker(message?.author.role));
  const messages = kept.map(({ key: name, parent, message, text }): ImportedMessage => ({
    key: name,
    parent,
    role: message?.author.role === 'assistant' ? 'assistant' : 'user',
    content: text,
    at: toMs(message?.create_time),
    ...(message?.author.role === 'assistant' && { rest: { model: message.metadata?.model_slug ?? null } }),
  }));
  return {
    title: titleIn(value),
    model: null,
    pinned: false,
    archived: file.is_archived ?? false,
    tags: [],
    memory: true,
    leaf: null,
    createdAt: toMs(file.create_time),
    updatedAt: toMs(file.update_time),
    messages: inOrder(messages),
  };
}

const openWebUi = z.looseObject({
  title: z.string().nullish(),
  created_at: seconds,
  updated_at: seconds,
  archived: z.boolean().nullish(),
  pinned: z.boolean().nullish(),
  meta: z.looseObject({ tags: z.array(z.string()).optional() }).nullish(),
  chat: z.looseObject({
    title: z.string().nullish(),
    history: z.looseObject({
      messages: z.record(
        z.string(),
        z.looseObject({
          parentId: key.nullish(),
          role: z.string(),
          content: z.string(),
          timestamp: seconds,
          model: modelName.optional(),
        }),
      ),
    }),
  }),
});

/** One chat of an Open WebUI export. */
export function fromOpenWebUi(value: unknown): ImportedConversation {
  const file = parsed(openWebUi, value);
  const nodes = Object.entries(file.chat.history.messages).map(([name, message]) => ({
    key: name,
    parent: message.parentId ?? null,
    message,
  }));
  const kept = keepingTree(nodes, ({ message }) => message.content.trim() !== '' && isSpeaker(message.role));
  return {
    title: titleIn(value),
    model: null,
    pinned: file.pinned ?? false,
    archived: file.archived ?? false,
    tags: file.meta?.tags ?? [],
    memory: true,
    leaf: null,
    createdAt: toMs(file.created_at),
    updatedAt: toMs(file.updated_at),
    messages: inOrder(
      kept.map(({ key: name, parent, message }) => ({
        key: name,
        parent,
        role: message.role === 'assistant' ? 'assistant' : 'user',
        content: message.content,
        at: toMs(message.timestamp),
        ...(message.role === 'assistant' && { rest: { model: message.model ?? null } }),
      })),
    ),
  };
}

const isSpeaker = (role: string | undefined): boolean => role === 'user' || role === 'assistant';

export function parsed<T extends z.ZodType>(schema: T, value: unknown): z.output<T> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new Unfit(`It is not in order at “${issue?.path.join('.').slice(0, 100) ?? ''}”.`);
}

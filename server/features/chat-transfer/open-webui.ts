import { z } from 'zod';
import type { MessagePart } from '../../../shared/api/chat.ts';
import { createLeftOut, isSpeaker, key, modelName, parsed, seconds, toMs, type LeftOut } from './foreign.ts';
import { detailsIn } from './open-webui-details.ts';
import { ratingOf } from './ratings.ts';
import {
  inOrder,
  keepingTree,
  titleIn,
  type ImportedConversation,
  type ImportedMessage,
  type Attachment,
} from './tree.ts';

/** A chat of an Open WebUI export, as far as it is known; everything else in it is left alone. */
const messageSchema = z.looseObject({
  parentId: key.nullish(),
  role: z.string(),
  content: z.string(),
  timestamp: seconds,
  model: modelName.nullish(),
  files: z.array(z.looseObject({ type: z.string().nullish(), url: z.string().nullish() })).nullish(),
  sources: z.array(z.unknown()).nullish(),
  error: z.unknown().optional(),
  annotation: z.looseObject({ rating: z.unknown(), reason: z.unknown(), comment: z.unknown() }).partial().nullish(),
});
const schema = z.looseObject({
  title: z.string().nullish(),
  created_at: seconds,
  updated_at: seconds,
  archived: z.boolean().nullish(),
  pinned: z.boolean().nullish(),
  meta: z.looseObject({ tags: z.array(z.string()).optional() }).nullish(),
  chat: z.looseObject({
    title: z.string().nullish(),
    history: z.looseObject({ currentId: z.string().nullish(), messages: z.record(z.string(), messageSchema) }),
  }),
});
type Message = z.infer<typeof messageSchema>;

const dataUrl = /^data:image\/([a-z]{1,10});base64,/;

/** Pictures lie in the file itself, unless the server kept them; of other files there is the name alone. */
function picturesIn({ files }: Message, leftOut: LeftOut): Attachment[] {
  return (files ?? []).flatMap(({ type, url }, at) => {
    const [head, kind] = dataUrl.exec(url ?? '') ?? [];
    const base64 = (url ?? '').slice(head?.length);
    if (head) return { kind: 'picture' as const, filename: `Picture ${at + 1}.${kind}`, from: { base64 } };
    leftOut.add(type === 'image' ? 'picture' : 'file');
    return [];
  });
}

/** One chat. */
export function fromOpenWebUi(value: unknown): ImportedConversation {
  const file = parsed(schema, value);
  const { messages, currentId } = file.chat.history;
  const leftOut = createLeftOut();
  const nodes = Object.entries(messages).map(([name, message]) => ({
    key: name,
    parent: message.parentId ?? null,
    message,
    pictures: isSpeaker(message.role) ? picturesIn(message, leftOut) : [],
  }));
  const kept = keepingTree(
    nodes,
    ({ message, pictures }) => isSpeaker(message.role) && (message.content.trim() !== '' || pictures.length > 0),
  );
  return {
    title: titleIn(value),
    model: null,
    pinned: file.pinned ?? false,
    archived: file.archived ?? false,
    tags: file.meta?.tags ?? [],
    memory: true,
    leaf: currentId != null && kept.some(({ key: name }) => name === currentId) ? currentId : null,
    createdAt: toMs(file.created_at),
    updatedAt: toMs(file.updated_at),
    leftOut: leftOut.counts,
    messages: inOrder(kept.map((node) => toMessage(node, leftOut))),
  };
}

function toMessage(
  {
    key: name,
    parent,
    message,
    pictures,
  }: { key: string; parent: string | null; message: Message; pictures: Attachment[] },
  leftOut: LeftOut,
): ImportedMessage {
  const at = toMs(message.timestamp);
  if (message.role === 'user')
    return { key: name, parent, role: 'user', content: message.content, at, attachments: pictures };
  leftOut.add('source', message.sources?.length ?? 0);
  const { content, reasoning, tools } = detailsIn(message.content);
  const parts: MessagePart[] = [
    ...(reasoning === '' ? [] : [{ type: 'reasoning' as const, text: reasoning }]),
    ...tools,
  ];
  const rest = { model: message.model ?? null, ...(message.error ? { status: 'failed' as const } : {}) };
  const { rating, reason, comment } = message.annotation ?? {};
  const feedback = ratingOf({ rating, reason: wordsIn(reason), comment: wordsIn(comment), at: at ?? 0 }) ?? undefined;
  return { key: name, parent, role: 'assistant', content, at, attachments: pictures, parts, feedback, rest };
}

const wordsIn = (value: unknown): string | null => (typeof value === 'string' ? value : null);

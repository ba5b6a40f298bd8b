import type { CarriedFeedback, LeftOutKind } from '../../../shared/api/chat-transfer.ts';
import type { MessagePart } from '../../../shared/api/chat.ts';
import type { MessageRow } from '../chat/message-repository.ts';

/** What comes along with a message, to become a file of the person. */
export type Attachment = {
  kind: Exclude<LeftOutKind, 'source'>;
  filename: string;
  /** The call that made it, by the id of its part; none: it is the message's own. */
  call?: string;
  /** Its bytes, or the id by which the archive has them. */
  from: { base64: string } | { text: string } | { archived: string };
};

/** What lies in an archive beside its conversations. */
export type Beside = {
  /** Whether it holds the bytes of a file, by the id that messages call it. */
  has(id: string): boolean;
  /** What it calls the file where the message does not say; of a name that says nothing, the ending (`.webp`). */
  nameOf(id: string): string | undefined;
  /** What the person thought of an answer. */
  ratingOf(messageId: string): CarriedFeedback | undefined;
};
export const nothingBeside: Beside = { has: () => false, nameOf: () => undefined, ratingOf: () => undefined };

/** A message of a file that is imported: `key` and `parent` are the file's own names for it and for the one before it. */
export type ImportedMessage = {
  key: string;
  parent: string | null;
  role: 'user' | 'assistant';
  content: string;
  /** Milliseconds; null where the file does not say. */
  at: number | null;
  parts?: MessagePart[];
  attachments?: Attachment[];
  feedback?: CarriedFeedback | undefined;
  rest?: Partial<
    Omit<MessageRow, 'id' | 'parts' | 'conversation_id' | 'parent_id' | 'role' | 'content' | 'created_at'>
  >;
};

export type ImportedConversation = {
  title: string;
  model: string | null;
  pinned: boolean;
  archived: boolean;
  tags: string[];
  /** Whether what is remembered of the person is used in it. */
  memory: boolean;
  /** The message that was kept of several versions, by its key. */
  leaf: string | null;
  createdAt: number | null;
  updatedAt: number | null;
  messages: ImportedMessage[];
  /** What it has that the file does not hold, or that has no place here. */
  leftOut: Map<LeftOutKind, number>;
};

/** Why one conversation of a file is left out; shown to the person. */
export class Unfit extends Error {}

export const MAX_MESSAGES = 20_000;
export const MAX_TITLE = 200;

/** What a conversation of any file is called. */
export function titleIn(value: unknown): string {
  const { title, name, chat } = (value ?? {}) as { title?: unknown; name?: unknown; chat?: { title?: unknown } | null };
  const text = [title, chat?.title, name].find((each) => typeof each === 'string' && each.trim() !== '');
  return typeof text === 'string' ? text.trim().replaceAll(/\s+/g, ' ').slice(0, MAX_TITLE) : 'Imported conversation';
}

/** Far deeper than any export; what is deeper cannot be written again. */
const DEEPEST = 100;

/** Whether objects lie in objects further down than that. */
export function isTooDeep(value: unknown): boolean {
  let level = inside([value]);
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > DEEPEST) return true;
    level = level.flatMap(inside);
  }
  return false;
}

/** Whether a name in it would change what objects are: a body is refused for it, what lies in an archive is looked at here. */
export function namesPrototype(value: unknown): boolean {
  for (let level = inside([value]); level.length > 0; level = level.flatMap(inside))
    if (level.some((one) => Object.hasOwn(one, '__proto__'))) return true;
  return false;
}

const inside = (one: object): object[] =>
  Object.values(one).filter((each): each is object => typeof each === 'object' && each !== null);

/** The messages so that each comes after the one that it answers. Throws `Unfit` for what is no tree. */
export function inOrder(messages: readonly ImportedMessage[]): ImportedMessage[] {
  if (messages.length > MAX_MESSAGES) throw new Unfit(`It has more than ${MAX_MESSAGES} messages.`);
  const keys = new Set(messages.map(({ key }) => key));
  if (keys.size < messages.length) throw new Unfit('Two of its messages have the same id.');
  const children = Map.groupBy(messages, ({ parent }) => parent);
  const ordered = [...(children.get(null) ?? [])];
  for (const { key } of ordered) ordered.push(...(children.get(key) ?? []));
  if (ordered.length < messages.length) throw new Unfit('Its messages do not hang together.');
  return ordered;
}

/**
 * Takes nodes out of a tree: those that stay hang on their nearest ancestor that stays. Throws `Unfit` where ancestors
 * go round in a circle.
 */
export function keepingTree<T extends { key: string; parent: string | null }>(
  nodes: readonly T[],
  stays: (node: T) => boolean,
): T[] {
  const byKey = new Map(nodes.map((node) => [node.key, node]));
  const nearest = new Map<string, string | null>();
  const ancestorOf = (from: T): string | null => {
    const passed: string[] = [];
    const seen = new Set<string>();
    let at = from.parent;
    while (at !== null) {
      if (nearest.has(at)) {
        at = nearest.get(at) ?? null;
        break;
      }
      const node = byKey.get(at);
      if (!node || stays(node)) {
        at = node ? at : null;
        break;
      }
      if (seen.has(at)) throw new Unfit('Its messages go round in a circle.');
      seen.add(at);
      passed.push(at);
      at = node.parent;
    }
    for (const key of passed) nearest.set(key, at);
    return at;
  };
  return nodes.filter(stays).map((node) => ({ ...node, parent: ancestorOf(node) }));
}

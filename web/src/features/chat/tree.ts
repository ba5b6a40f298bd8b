import type { Message } from '../../../../shared/api/chat.ts';

/** What the page needs of a message to lay out the tree; temporary messages have the same shape. */
type Node = Pick<Message, 'id' | 'parent_id' | 'created_at'>;

/** Oldest first; ids are UUIDv7, so that they break a tie of the clock in the order of making. */
export function byAge(a: Node, b: Node): number {
  if (a.created_at !== b.created_at) return a.created_at < b.created_at ? -1 : 1;
  return a.id < b.id ? -1 : a.id > b.id ? 1 : 0;
}

/** A message on the shown path with its place among the versions that share its parent. */
export type PathEntry<T> = { message: T; siblings: string[]; at: number };

const childrenOf = <T extends Node>(messages: readonly T[]): Map<string | null, T[]> => {
  const children = new Map<string | null, T[]>();
  for (const message of [...messages].sort(byAge)) {
    const among = children.get(message.parent_id);
    if (among) among.push(message);
    else children.set(message.parent_id, [message]);
  }
  return children;
};

/** The newest message under `id`, or `id` itself: what is shown when a version is chosen. */
export function newestUnder<T extends Node>(messages: readonly T[], id: string): string {
  const children = childrenOf(messages);
  let newest: T | undefined;
  const open = [...(children.get(id) ?? [])];
  for (let node = open.pop(); node; node = open.pop()) {
    if (!newest || byAge(newest, node) < 0) newest = node;
    open.push(...(children.get(node.id) ?? []));
  }
  return newest?.id ?? id;
}

/**
 * The one path that is shown: from the oldest loaded ancestor down to `leaf`, or to the newest message where no leaf is
 * chosen (or the chosen one is gone). A path that begins below the root has older messages that are not loaded.
 */
export function pathTo<T extends Node>(messages: readonly T[], leaf: string | null): PathEntry<T>[] {
  const byId = new Map(messages.map((message) => [message.id, message]));
  const children = childrenOf(messages);
  const newest = messages.reduce<T | undefined>((best, one) => (!best || byAge(best, one) < 0 ? one : best), undefined);
  const path: PathEntry<T>[] = [];
  const seen = new Set<string>();
  let node = (leaf === null ? undefined : byId.get(leaf)) ?? newest;
  while (node && !seen.has(node.id)) {
    seen.add(node.id);
    const siblings = (children.get(node.parent_id) ?? [node]).map(({ id }) => id);
    path.push({ message: node, siblings, at: siblings.indexOf(node.id) });
    node = node.parent_id === null ? undefined : byId.get(node.parent_id);
  }
  return path.reverse();
}

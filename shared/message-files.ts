import type { MessagePart } from './api/chat.ts';

/** The ids of the files that a message has: attached to it, or given by its tools. */
export const filesOfParts = (parts: readonly MessagePart[]): string[] =>
  parts.flatMap((part) => {
    if (part.type === 'file') return part.file_id;
    return part.type === 'tool' ? (part.result?.files?.map(({ id }) => id) ?? []) : [];
  });

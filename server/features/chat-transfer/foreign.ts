import { z } from 'zod';
import type { LeftOutKind } from '../../../shared/api/chat-transfer.ts';
import { Unfit } from './tree.ts';

/** What the readers of other programs' files have in common. */
export const seconds = z.number().nonnegative().lt(1e11).nullish();
export const toMs = (at: number | null | undefined): number | null => (at ? Math.round(at * 1_000) : null);
export const key = z.string().max(200);
export const modelName = z.string().transform((name) => name.replaceAll('\u0000', '').slice(0, 300));
export const isSpeaker = (role: string | undefined): boolean => role === 'user' || role === 'assistant';

/** Counts what a conversation has that cannot be taken. */
export function createLeftOut() {
  const counts = new Map<LeftOutKind, number>();
  return {
    counts,
    add(kind: LeftOutKind, n = 1): void {
      if (n > 0) counts.set(kind, (counts.get(kind) ?? 0) + n);
    },
  };
}
export type LeftOut = ReturnType<typeof createLeftOut>;

export function parsed<T extends z.ZodType>(schema: T, value: unknown): z.output<T> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new Unfit(`It is not in order at “${issue?.path.join('.').slice(0, 100) ?? ''}”.`);
}

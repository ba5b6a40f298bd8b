import type { MessageRow } from '../message-repository.ts';
import { usageOf } from '../present.ts';
import { tokensOf, type Tail } from './tail.ts';

/** Below it, what a provider adds of its own weighs more than what was said. */
const ENOUGH_TOKENS = 500;
/** An answer that drew on something else than the turns tells nothing about them. */
const isPlain = ({ sources, parts }: MessageRow): boolean =>
  sources === '[]' && !/"type":"(?:tool|summary|file)"/.test(parts);

/** The newest answer whose usage the provider told, and where it stands in the rows. */
function newestTold(rows: readonly MessageRow[], model: string): { at: number; prompt: number; total: number } | null {
  const at = rows.findLastIndex((row) => row.role === 'assistant' && row.model === model && usageOf(row) !== null);
  const row = rows[at];
  const usage = row && usageOf(row);
  if (!usage || !isPlain(row)) return null;
  return { at, prompt: usage.prompt_tokens, total: usage.total_tokens };
}

/** By how much estimates of this conversation are off, as far as the provider's last count tells: 0.5 to 1.5. */
export function correctionOf({ rows, summary, omitted }: Omit<Tail, 'fileIds'>, model: string): number {
  const told = summary === null && omitted === 0 ? newestTold(rows, model) : null;
  if (!told) return 1;
  const estimated = rows.slice(0, told.at).reduce((sum, row) => sum + tokensOf(row), 0);
  return estimated < ENOUGH_TOKENS ? 1 : Math.min(1.5, Math.max(0.5, told.prompt / estimated));
}

/** What the rows take: as the provider counted up to its newest answer, and an estimate from there. */
export function usedBy(tail: Omit<Tail, 'fileIds'>, model: string): number {
  const { rows, summary, omitted } = tail;
  const told = summary === null && omitted === 0 ? newestTold(rows, model) : null;
  const since = told ? rows.slice(told.at + 1) : rows;
  const estimated = since.reduce((sum, row) => sum + tokensOf(row), 0);
  return (told?.total ?? 0) + Math.ceil(estimated * correctionOf(tail, model));
}

import type { MessageRepository, MessageRow } from '../message-repository.ts';
import { partsOf } from '../present.ts';
import type { ContextRepository, SummaryRow } from './repository.ts';
import { estimateTokens } from '../../../lib/text/tokens.ts';
import { MESSAGE_FRAME } from './tokens.ts';

/** The part of a path that a model may see: its newest messages, and what stands for those before them. */
export type Tail = {
  /** Oldest first; the last is where the path ends. */
  rows: readonly MessageRow[];
  /** Of everything before the rows; null where there is nothing before them, or nothing was made of it yet. */
  summary: SummaryRow | null;
  /** Older messages that are neither in the rows nor in the summary. */
  omitted: number;
  /** Everything attached on the way, as far as it was looked at. */
  fileIds: string[];
};

export const emptyTail: Tail = { rows: [], summary: null, omitted: 0, fileIds: [] };

/** Messages that are read at once: few first, as that is mostly enough, then more. */
const FIRST_STEP = 64;
const LARGEST_STEP = 1_024;

export const tokensOf = ({ content }: Pick<MessageRow, 'content'>): number => estimateTokens(content) + MESSAGE_FRAME;

export const filesOf = (rows: readonly MessageRow[]): string[] =>
  rows.flatMap((row) => partsOf(row).flatMap((part) => (part.type === 'file' ? [part.file_id] : [])));

/**
 * The end of the path to a message: back to the nearest summary or the root, or until there are more than `budget` tokens.
 * So a question costs what fits before a model, however long the conversation is.
 */
export async function readTail(
  { messages, summaries }: { messages: Pick<MessageRepository, 'up'>; summaries: ContextRepository },
  leafId: string,
  budget: number,
): Promise<Tail> {
  const newestFirst: MessageRow[] = [];
  let summary: SummaryRow | null = null;
  let tokens = 0;
  let step = FIRST_STEP;
  let next: string | null = leafId;
  while (next !== null && tokens <= budget && summary === null) {
    const rows: MessageRow[] = await messages.up(next, step);
    step = Math.min(step * 4, LARGEST_STEP);
    const found = rows.length ? await summaries.endingAt(rows.map(({ id }) => id)) : [];
    const ends = new Map(found.map((row) => [row.message_id, row]));
    next = null;
    for (const row of rows) {
      summary = ends.get(row.id) ?? null;
      if (summary) break;
      newestFirst.push(row);
      tokens += tokensOf(row);
      next = row.parent_id;
    }
  }
  let omitted = 0;
  if (next !== null && summary === null) {
    const above = await summaries.above(next);
    summary = above.summary;
    omitted = above.between;
  }
  const rows = newestFirst.toReversed();
  const earlier = summary === null ? [] : (JSON.parse(summary.files) as string[]);
  return { rows, summary, omitted, fileIds: [...new Set([...earlier, ...filesOf(rows)])] };
}

import type { Citation } from '../../../../shared/api/citations.ts';
import type { Message } from '../../../../shared/api/chat.ts';
import type { Passage } from '../../../../shared/api/passages.ts';
import { splitCitations, withoutCode } from '../../../../shared/citations.ts';

/** The numbers of the sources that an answer cites, in their order, without those it does not have. */
export function citedNumbers(answer: string, count: number): number[] {
  const pieces = splitCitations(withoutCode(answer));
  const numbers = new Set(pieces.flatMap((piece) => (piece.type === 'cite' ? [piece.index] : [])));
  return [...numbers].filter((index) => index <= count).sort((a, b) => a - b);
}

/** How many passages stand under an answer that cites none of them. */
const uncitedShown = 3;

/** Which sources stand under an answer, by number: those it cites, else the first few; the others are folded. */
export function shareSources(cited: number[], count: number): { shown: number[]; folded: number[] } {
  const all = Array.from({ length: count }, (_, at) => at + 1);
  const shown = cited.length > 0 ? cited : all.slice(0, uncitedShown);
  return { shown, folded: all.filter((index) => !shown.includes(index)) };
}

/** More folded passages of one file than this stand as one: a file that was read as a whole has hundreds. */
const apart = 6;

/** Folded sources as they are listed: those of a file of which many were read as one, which is opened at its first. */
export function gatherFolded(
  folded: readonly number[],
  sources: readonly Passage[],
): { index: number; count: number }[] {
  const byFile = Map.groupBy(folded, (index) => sources[index - 1]?.source.id);
  return [...byFile.values()]
    .flatMap((indexes) =>
      indexes.length > apart
        ? [{ index: Math.min(...indexes), count: indexes.length }]
        : indexes.map((index) => ({ index, count: 1 })),
    )
    .sort((a, b) => a.index - b.index);
}

/** What the server found out about an answer's citations; nothing while it is being written. */
export const citationsOf = (message: Message): Citation[] =>
  message.parts.find((part) => part.type === 'citations')?.items ?? [];

/** Where in a passage its quoted words stand: in order, touching ones as one. */
export function quotedRanges(citation: Citation | undefined): { start: number; end: number }[] {
  const ranges = (citation?.quotes ?? []).flatMap(({ start, end }) =>
    start === null || end === null ? [] : [{ start, end }],
  );
  return ranges
    .sort((a, b) => a.start - b.start)
    .reduce<{ start: number; end: number }[]>((merged, range) => {
      const last = merged.at(-1);
      if (last && range.start <= last.end) last.end = Math.max(last.end, range.end);
      else merged.push({ ...range });
      return merged;
    }, []);
}

/** Letters before a mark that tell it from other marks. */
const tailLength = 24;

/**
 * The letters and figures before a mark of citation. A mark in the answer's Markdown and the same mark on the page are told
 * by it, however the words between are dressed.
 */
export const lettersBefore = (text: string): string =>
  text
    .replace(/\[\d{1,3}\]/g, '')
    .replace(/[^\p{L}\p{N}]/gu, '')
    .slice(-tailLength);

/** A mark whose quotation does not stand in its source: by the source's number and the letters before it. */
export type Doubt = { index: number; before: string };

export const doubtsOf = (message: Message): Doubt[] =>
  citationsOf(message).flatMap(({ number, unproven }) =>
    unproven.map((at) => ({ index: number, before: lettersBefore(message.content.slice(0, at)) })),
  );

/** Whether a mark on the page, before which these letters stand in its paragraph, is one of those. */
export const isDoubted = (doubts: readonly Doubt[], index: number, before: string): boolean =>
  before !== '' && doubts.some((doubt) => doubt.index === index && doubt.before.endsWith(before));

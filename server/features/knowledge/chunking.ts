import { blocksOf, type Block } from '../../lib/text/blocks.ts';
import { proseSentences } from '../../lib/text/sentences.ts';
import type { ExtractedPage } from '../../platform/extract/driver.ts';

export type Chunk = {
  page: number | null;
  text: string;
  /** The heading that it stands under where that is not in the text itself: indexed with it, never shown as its words. */
  heading: string | null;
};

/** Words. A passage grows to `target` and past it only up to `most`; one below `few` joins a neighbour of its page. */
const size = { few: 50, target: 150, most: 220 };
/** Scripts without spaces have about two characters a word; a run of signs past `longWord` counts as several. */
const charactersPerWord = 2;
const longWord = 12;
const wide =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/gu;

/** Roughly how many words: what is between spaces, wide characters and data without spaces by their own measure. */
export function countWords(text: string): number {
  const characters = text.match(wide)?.length ?? 0;
  const spaced = text.replace(wide, ' ').match(/\S+/g)?.length ?? 0;
  return Math.max(spaced + Math.ceil(characters / charactersPerWord), Math.ceil(text.length / longWord));
}

type Draft = { blocks: Block[]; words: number; under: string | null };

/**
 * Cuts a page into passages. A passage never crosses a page; a heading opens one and stays with the text below it; lists
 * and paragraphs stay whole where they fit, and what is too long is cut between sentences. `heading` is the one that the
 * page before ended under, and comes back as the one that the next page begins under.
 */
export function chunkPage(
  { page, text }: ExtractedPage,
  heading: string | null,
): { chunks: Chunk[]; heading: string | null } {
  const blocks = blocksOf(text).flatMap(splitLong);
  const drafts = mergeSmall(gather(blocks, heading));
  return {
    chunks: drafts.map((draft) => ({ page, text: textOf(draft.blocks), heading: headingOver(draft) })),
    heading: blocks.findLast(({ kind }) => kind === 'heading')?.text ?? heading,
  };
}

/** Pieces of a block that fit a passage, cut between sentences, or between words where there are none. */
function splitLong(block: Block): Block[] {
  if (countWords(block.text) <= size.most) return [block];
  const units =
    block.kind === 'code' || block.kind === 'row' ? block.text.split(/(?<=\n)/) : proseSentences(block.text);
  const glue = block.kind === 'code' ? '' : ' ';
  const pieces: string[] = [];
  let open = '';
  for (const unit of units.flatMap(hardSplit)) {
    if (open !== '' && countWords(open) + countWords(unit) > size.target) {
      pieces.push(open);
      open = '';
    }
    open = open === '' ? unit : open + glue + unit;
  }
  return [...pieces, open].filter((text) => text.trim() !== '').map((text) => ({ kind: block.kind, text }));
}

/** A "sentence" longer than any passage (a table, a dump): cut at spaces, or anywhere past a line's worth of characters. */
function hardSplit(unit: string): string[] {
  if (countWords(unit) <= size.most) return [unit];
  const parts: string[] = [];
  let open: string[] = [];
  let words = 0;
  for (const word of unit.split(/(?<=\s)/).flatMap((piece) => piece.match(/.{1,300}/gsu) ?? [])) {
    const count = countWords(word);
    if (open.length > 0 && words + count > size.target) {
      parts.push(open.join('').trim());
      open = [];
      words = 0;
    }
    open.push(word);
    words += count;
  }
  return [...parts, open.join('').trim()];
}

function gather(blocks: readonly Block[], before: string | null): Draft[] {
  const drafts: Draft[] = [];
  let heading = before;
  let open: Draft = { blocks: [], words: 0, under: heading };
  const close = (): void => {
    if (open.blocks.length === 0) return;
    // A heading at the end belongs to what comes next.
    const last = open.blocks.findLastIndex(({ kind }) => kind !== 'heading') + 1;
    const carried = last === 0 ? [] : open.blocks.splice(last);
    open.words -= words(carried);
    drafts.push(open);
    open = { blocks: carried, words: words(carried), under: heading };
  };
  for (const block of blocks) {
    const count = countWords(block.text);
    const afterHeading = open.blocks.at(-1)?.kind === 'heading';
    if (block.kind === 'heading' && !afterHeading && open.words >= size.few) close();
    else if (!afterHeading && open.words > 0 && full(open.words, count)) close();
    else if (afterHeading && open.words + count > size.most && open.blocks.some(({ kind }) => kind !== 'heading'))
      close();
    if (block.kind === 'heading') heading = block.text;
    if (open.blocks.length === 0) open.under = heading;
    open.blocks.push(block);
    open.words += count;
  }
  close();
  return open.blocks.length > 0 ? [...drafts, open] : drafts;
}

const full = (now: number, more: number): boolean =>
  now + more > size.most || (now >= size.target - 30 && now + more > size.target + 20);
const words = (blocks: readonly Block[]): number => blocks.reduce((sum, { text }) => sum + countWords(text), 0);

/** A passage of a few words joins the shorter of its neighbours that has room. */
function mergeSmall(drafts: readonly Draft[]): Draft[] {
  const merged: Draft[] = [];
  for (const draft of drafts) {
    const previous = merged.at(-1);
    const small = previous && Math.min(previous.words, draft.words) < size.few;
    if (small && previous.words + draft.words <= size.most) {
      previous.blocks.push(...draft.blocks);
      previous.words += draft.words;
    } else merged.push({ ...draft, blocks: [...draft.blocks] });
  }
  return merged;
}

const headingOver = ({ blocks, under }: Draft): string | null =>
  blocks.some(({ kind }) => kind === 'heading') ? null : under;

/** Blocks apart by an empty line; items and rows below each other by a line's end, as they were. */
function textOf(blocks: readonly Block[]): string {
  return blocks.reduce((text, block, at) => {
    const previous = blocks[at - 1];
    if (!previous) return block.text;
    const tight =
      block.kind === previous.kind && (block.kind === 'item' || block.kind === 'row' || block.kind === 'code');
    return `${text}${tight ? '\n' : '\n\n'}${block.text}`;
  }, '');
}

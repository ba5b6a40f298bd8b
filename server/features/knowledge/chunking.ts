import { blocksOf, type Block } from '../../lib/text/blocks.ts';
import { proseSentences } from '../../lib/text/sentences.ts';
import { estimateTokens, weighTokens } from '../../lib/text/tokens.ts';
import type { ExtractedPage } from '../../platform/extract/driver.ts';

export type Chunk = {
  page: number | null;
  text: string;
  /** The heading that it stands under where that is not in the text itself: indexed with it, never shown as its words. */
  heading: string | null;
};

/** Tokens. A passage grows to `target` and past it only up to `most`, which any embedding model takes; one below `few` joins a neighbour of its page. */
const size = { few: 75, target: 225, most: 330 };
/** Room at the target: a passage ends a little before it rather than far behind it. */
const slack = { before: 45, past: 30 };
/** Of a text without spaces, what is never too much for a passage, whatever script it is in. */
const run = /.{1,120}/gsu;

type Draft = { blocks: Block[]; tokens: number; under: string | null };

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
  if (estimateTokens(block.text) <= size.most) return [block];
  const units =
    block.kind === 'code' || block.kind === 'row' ? block.text.split(/(?<=\n)/) : proseSentences(block.text);
  const glue = block.kind === 'code' ? '' : ' ';
  const pieces: string[] = [];
  let open = '';
  for (const unit of units.flatMap(hardSplit)) {
    if (open !== '' && estimateTokens(open) + estimateTokens(unit) > size.target) {
      pieces.push(open);
      open = '';
    }
    open = open === '' ? unit : open + glue + unit;
  }
  return [...pieces, open].filter((text) => text.trim() !== '').map((text) => ({ kind: block.kind, text }));
}

/** A "sentence" longer than any passage (a table, a dump): cut at spaces, or anywhere where there are none. */
function hardSplit(unit: string): string[] {
  if (estimateTokens(unit) <= size.most) return [unit];
  const parts: string[] = [];
  let open: string[] = [];
  let tokens = 0;
  for (const word of unit.split(/(?<=\s)/).flatMap((piece) => piece.match(run) ?? [])) {
    const count = weighTokens(word);
    if (open.length > 0 && tokens + count > size.target) {
      parts.push(open.join('').trim());
      open = [];
      tokens = 0;
    }
    open.push(word);
    tokens += count;
  }
  return [...parts, open.join('').trim()];
}

function gather(blocks: readonly Block[], before: string | null): Draft[] {
  const drafts: Draft[] = [];
  let heading = before;
  let open: Draft = { blocks: [], tokens: 0, under: heading };
  const close = (): void => {
    if (open.blocks.length === 0) return;
    // A heading at the end belongs to what comes next.
    const last = open.blocks.findLastIndex(({ kind }) => kind !== 'heading') + 1;
    const carried = last === 0 ? [] : open.blocks.splice(last);
    open.tokens -= tokensOf(carried);
    drafts.push(open);
    open = { blocks: carried, tokens: tokensOf(carried), under: heading };
  };
  for (const block of blocks) {
    const count = estimateTokens(block.text);
    const afterHeading = open.blocks.at(-1)?.kind === 'heading';
    if (block.kind === 'heading' && !afterHeading && open.tokens >= size.few) close();
    else if (!afterHeading && open.tokens > 0 && full(open.tokens, count)) close();
    else if (afterHeading && open.tokens + count > size.most && open.blocks.some(({ kind }) => kind !== 'heading'))
      close();
    if (block.kind === 'heading') heading = block.text;
    if (open.blocks.length === 0) open.under = heading;
    open.blocks.push(block);
    open.tokens += count;
  }
  close();
  return open.blocks.length > 0 ? [...drafts, open] : drafts;
}

const full = (now: number, more: number): boolean =>
  now + more > size.most || (now >= size.target - slack.before && now + more > size.target + slack.past);
const tokensOf = (blocks: readonly Block[]): number => blocks.reduce((sum, { text }) => sum + estimateTokens(text), 0);

/** A passage of a few tokens joins the shorter of its neighbours that has room. */
function mergeSmall(drafts: readonly Draft[]): Draft[] {
  const merged: Draft[] = [];
  for (const draft of drafts) {
    const previous = merged.at(-1);
    const small = previous && Math.min(previous.tokens, draft.tokens) < size.few;
    if (small && previous.tokens + draft.tokens <= size.most) {
      previous.blocks.push(...draft.blocks);
      previous.tokens += draft.tokens;
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

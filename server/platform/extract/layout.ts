import { cleanText } from './clean-text.ts';
import { inReadingOrder, type Fragment } from './reading-order.ts';

/** A piece of text as a page draws it. Units are points; `y` is the baseline and grows downwards. */
export type TextRun = { text: string; x: number; y: number; width: number; height: number };

type Line = Fragment & {
  /** Number and left edge of the region that it stands in. */
  region: number;
  left: number;
  /** Where lines end when they are full. */
  right: number;
};

/**
 * The text of a page in reading order: lines of a paragraph joined with spaces and their hyphens taken out, lines that
 * stand by themselves (lists, tables, addresses) kept apart by `\n`, paragraphs by an empty line. And what it was put
 * together from, in the same order.
 */
export function layOut(runs: readonly TextRun[]): { text: string; fragments: Fragment[] } {
  const regions = inReadingOrder(fragmentsOf(runs));
  const lines = regions.flatMap((region, at) => linesOf(region, at));
  const leading = typicalLeading(lines);
  for (const block of blocksOf(lines, leading)) narrow(block);
  let text = '';
  for (const [at, line] of lines.entries()) {
    const before = lines[at - 1];
    text = before ? join(text, line, before, separation(before, line, leading)) : line.text;
  }
  return { text: cleanText(text), fragments: regions.flat() };
}

/** Runs that follow each other on one baseline, with spaces where the gap is one; a wide gap begins a new fragment. */
function fragmentsOf(runs: readonly TextRun[]): Fragment[] {
  const fragments: Fragment[] = [];
  let current: Fragment | undefined;
  for (const { text, x, y, width, height } of runs) {
    if (!text.trim()) continue;
    const end = current ? current.x + current.width : 0;
    const size = Math.max(height, current?.height ?? 0);
    const gap = x - end;
    if (current && Math.abs(y - current.y) < size * 0.45 && gap > -size * 0.5 && gap < size * 1.6) {
      const space = gap > size * 0.12 && !/\s$/.test(current.text) && !/^\s/.test(text);
      current.text += (space ? ' ' : '') + text;
      current.width = Math.max(current.width, x + width - current.x);
      // A superscript neither lifts the line nor shrinks it.
      if (height > current.height) [current.y, current.height] = [y, height];
    } else {
      current = { text, x, y, width, height };
      fragments.push(current);
    }
  }
  return fragments;
}

/** Fragments side by side become one line with tabs between, as the cells of a table's row. */
function linesOf(fragments: readonly Fragment[], region: number): Line[] {
  const left = Math.min(...fragments.map(({ x }) => x));
  const right = Math.max(...fragments.map(({ x, width }) => x + width));
  const lines: Line[] = [];
  for (const fragment of fragments) {
    const line = lines.at(-1);
    if (
      line &&
      Math.abs(line.y - fragment.y) < Math.max(line.height, fragment.height) * 0.45 &&
      fragment.x >= line.x + line.width
    ) {
      line.text += `\t${fragment.text}`;
      line.width = fragment.x + fragment.width - line.x;
    } else {
      lines.push({ ...fragment, text: fragment.text.trim(), region, left, right });
    }
  }
  return lines;
}

/** Distance of two lines within a paragraph: those are the smaller ones, so the lower quartile. */
function typicalLeading(lines: readonly Line[]): number {
  const distances = lines.flatMap((line, at) => {
    const before = lines[at - 1];
    return before && before.region === line.region && line.y > before.y ? [line.y - before.y] : [];
  });
  distances.sort((a, b) => a - b);
  return distances[Math.floor(distances.length / 4)] ?? 0;
}

/** Lines of one size that follow each other closely. */
function blocksOf(lines: readonly Line[], leading: number): Line[][] {
  const blocks: Line[][] = [];
  for (const [at, line] of lines.entries()) {
    const before = lines[at - 1];
    if (before && separates(before, line, leading) === null) blocks.at(-1)?.push(line);
    else blocks.push([line]);
  }
  return blocks;
}

/** A paragraph has its own right edge: one long line elsewhere (code, a table) does not make all others short ones. */
function narrow(block: readonly Line[]): void {
  const edge = Math.max(...block.map(({ x, width }) => x + width));
  for (const line of block) if (edge - line.left > (line.right - line.left) * 0.7) line.right = edge;
}

/** What parts two lines for certain; null where it depends on how full the first one is. */
function separates(before: Line, line: Line, leading: number): Separation | null {
  const distance = line.y - before.y;
  if (before.region !== line.region || distance < 0)
    return !hasEnded(before) && /^\p{Ll}/u.test(line.text) ? 'word' : 'paragraph';
  const otherSize = Math.abs(line.height - before.height) > 0.15 * Math.max(line.height, before.height);
  if (distance > leading * 1.4 || otherSize) return 'paragraph';
  const indented = line.x - before.x > line.height * 0.8 && before.x - before.left < line.height * 0.3;
  return indented && hasEnded(before) ? 'paragraph' : null;
}

const hasEnded = ({ text }: Line): boolean => /[.!?:;]["'”’)\]]*$/.test(text);
const beginsItem = ({ text }: Line): boolean => /^([•◦▪‣·–—*-]|\d{1,3}[.)]|[a-z][.)])\s/.test(text);

type Separation = 'word' | 'line' | 'paragraph';

function separation(before: Line, line: Line, leading: number): Separation {
  const certain = separates(before, line, leading);
  if (certain) return certain;
  return !beginsItem(line) && wasWrapped(before, line) ? 'word' : 'line';
}

/** A line was broken because it was full when the next line's first word would not have fitted behind it. */
function wasWrapped(before: Line, line: Line): boolean {
  if (before.text.includes('\t') || line.text.includes('\t')) return false;
  const letter = line.width / Math.max(1, line.text.length);
  const firstWord = /^\S+/.exec(line.text)?.[0].length ?? 0;
  return before.x + before.width + (firstWord + 1) * letter > before.right - letter;
}

/** Compounds whose hyphen stays when a line ends behind it. */
const keepsHyphen = /\b(self|well|non|ex|half|high|low|long|short|cross|all|semi|pre|post|e|x|re)-$/i;

function join(text: string, line: Line, before: Line, how: Separation): string {
  if (how === 'paragraph') return `${text}\n\n${line.text}`;
  const broken = /\p{L}[-\u2010\u00ad]$/u.test(before.text) && /^\p{Ll}/u.test(line.text);
  if (broken && !keepsHyphen.test(before.text)) return text.slice(0, -1) + line.text;
  if (broken) return text + line.text;
  return text + (how === 'word' ? ' ' : '\n') + line.text;
}

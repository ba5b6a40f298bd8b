import type { Box } from '../../../shared/api/citations.ts';
import { createQuoteFinder, type Range } from '../../lib/text/quotes.ts';
import { proseSentences } from '../../lib/text/sentences.ts';
import type { PlacedText } from '../../platform/extract/driver.ts';

/** Letters that are narrow or wide in most typefaces, for where in a line a word stands. */
const narrow = /[ijltfrI.,;:'’|!()[\] ]/;
const wide = /[mwMW@%—]/;
/** Read from right to left: where in such a line a word stands is not said by what comes before it. */
const rightToLeft = /[\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}]/u;

/** A page's words with their places, to find out where a stretch of its text stands. */
export function createPage(placed: readonly PlacedText[]) {
  const starts: number[] = [];
  let text = '';
  for (const [words] of placed) {
    starts.push(text.length);
    text += `${words} `;
  }
  const finder = createQuoteFinder(text);

  const boxes = ({ start, end }: Range): Box[] =>
    joined(
      placed.flatMap((item, at) => {
        const first = starts[at] ?? 0;
        const [from, to] = [Math.max(0, start - first), Math.min(item[0].length, end - first)];
        return from < to ? [part(item, from, to)] : [];
      }),
    );

  /** A passage's own place; where it was put together from parts that stand apart, that of its sentences. */
  function rangesOf(passage: string): Range[] {
    const whole = finder.find(passage);
    if (whole) return [whole];
    let from = 0;
    return passage
      .split(/\n+/)
      .flatMap(proseSentences)
      .flatMap((sentence) => {
        const found = finder.find(sentence, from);
        if (found) from = found.end;
        return found ?? [];
      });
  }

  return {
    boxesOf: (passage: string): Box[] => joined(rangesOf(passage).flatMap(boxes)),
    /** Where words of a passage stand: within its own place if they can be found there. None where they are not found. */
    boxesWithin(passage: string, words: string): Box[] {
      const found = finder.find(words, rangesOf(passage)[0]?.start) ?? finder.find(words);
      return found ? boxes(found) : [];
    },
  };
}
export type PlacedPage = ReturnType<typeof createPage>;

/** A stretch of a line, as far as the widths of letters tell. */
function part([text, x, y, width, height]: PlacedText, from: number, to: number): Box {
  if ((from === 0 && to === text.length) || height > width || rightToLeft.test(text)) return [x, y, width, height];
  const sum = (letters: string): number => [...letters].reduce((total, letter) => total + weight(letter), 0);
  const all = sum(text);
  const left = x + (sum(text.slice(0, from)) / all) * width;
  const right = x + (sum(text.slice(0, to)) / all) * width;
  return [Math.round(left), y, Math.max(1, Math.round(right - left)), height];
}

const weight = (letter: string): number =>
  narrow.test(letter) ? 0.5 : wide.test(letter) ? 1.6 : /\p{Lu}/u.test(letter) ? 1.25 : 1;

/** Boxes of one line that follow each other closely, as one. */
function joined(boxes: readonly Box[]): Box[] {
  const lines: Box[] = [];
  for (const [x, y, width, height] of boxes) {
    const last = lines.at(-1);
    const overlap = last ? Math.min(last[1] + last[3], y + height) - Math.max(last[1], y) : 0;
    const near = last && x >= last[0] && x - (last[0] + last[2]) < 2 * Math.max(height, last[3]);
    if (!last || !near || overlap < 0.5 * Math.min(last[3], height)) {
      lines.push([x, y, width, height]);
      continue;
    }
    const bottom = Math.max(last[1] + last[3], y + height);
    last[2] = Math.max(last[0] + last[2], x + width) - last[0];
    last[1] = Math.min(last[1], y);
    last[3] = bottom - last[1];
  }
  return lines;
}

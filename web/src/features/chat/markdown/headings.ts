/** Level that was written (1 to 6) → level that is drawn. */
export type HeadingLevels = ReadonlyMap<number, number>;

/** The first level free in a message: above it stand the title of the page and the name of who writes. */
const first = 3;

/**
 * Draws the levels that a message uses one after the other from 3 on, whatever it begins with, so that none is left out.
 */
export function headingLevels(markdown: string): HeadingLevels {
  const used = new Set<number>();
  let fence = '';
  let before = '';
  for (const line of markdown.split('\n')) {
    const mark = /^\s{0,3}(`{3,}|~{3,})/.exec(line)?.[1];
    if (mark && (fence === '' || mark.startsWith(fence))) fence = fence === '' ? mark : '';
    else if (fence === '') {
      const hashes = /^[\s>]*(#{1,6})(?:\s|$)/.exec(line)?.[1];
      if (hashes) used.add(hashes.length);
      else if (before.trim() !== '' && /^\s{0,3}(?:=+|-+)\s*$/.test(line)) used.add(line.includes('=') ? 1 : 2);
    }
    before = line;
  }
  return new Map([...used].sort((a, b) => a - b).map((level, at) => [level, Math.min(first + at, 6)]));
}

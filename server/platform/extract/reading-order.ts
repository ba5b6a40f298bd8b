/** Text on one baseline without wide gaps. `y` grows downwards. */
export type Fragment = { text: string; x: number; y: number; width: number; height: number };

/** A text column has at least this many lines, else it is a table or a caption. */
const columnLines = 5;

/**
 * Orders the fragments of a page and parts them into regions that are read one after the other. Columns of running text
 * are found by the gutter between them and read each to its end; what spans them (titles, wide figures' captions) parts
 * the page into bands. Everything else keeps the order in which it was drawn, which for nearly all programs that write
 * PDFs is the reading order, unless that order jumps up and down the page.
 */
export function inReadingOrder(fragments: readonly Fragment[]): Fragment[][] {
  if (fragments.length === 0) return [];
  const gutter = findGutter(fragments);
  if (gutter === null) return [drawnInOrder(fragments) ? [...fragments] : byPosition(fragments)];

  const regions: Fragment[][] = [];
  let [left, right]: [Fragment[], Fragment[]] = [[], []];
  const endBand = (): void => {
    regions.push(...inReadingOrder(left), ...inReadingOrder(right));
    [left, right] = [[], []];
  };
  for (const fragment of byPosition(fragments)) {
    if (endOf(fragment) <= gutter) left.push(fragment);
    else if (fragment.x >= gutter) right.push(fragment);
    else {
      if (left.length + right.length > 0) endBand();
      const last = regions.at(-1);
      // Lines that span the columns and follow each other belong together.
      if (last?.every((other) => endOf(other) > gutter && other.x < gutter)) last.push(fragment);
      else regions.push([fragment]);
    }
  }
  endBand();
  return regions;
}

/** The x that parts two columns of running text, or null. */
function findGutter(fragments: readonly Fragment[]): number | null {
  if (fragments.length < 2 * columnLines) return null;
  const start = Math.min(...fragments.map(({ x }) => x));
  const end = Math.max(...fragments.map(endOf));
  const candidates = [...new Set(fragments.map(({ x }) => Math.floor(x) - 3))]
    .filter((x) => x > start + (end - start) * 0.2)
    .sort((a, b) => a - b);
  let best: { x: number; crossing: number } | null = null;
  for (const x of candidates) {
    const left = fragments.filter((fragment) => endOf(fragment) <= x);
    const right = fragments.filter((fragment) => fragment.x >= x);
    const crossing = fragments.length - left.length - right.length;
    if (crossing > fragments.length * 0.25 || (best && crossing >= best.crossing)) continue;
    if (isColumn(left, start, x) && isColumn(right, x, end) && sideBySide(left, right)) best = { x, crossing };
  }
  return best?.x ?? null;
}

/** Running text fills its column; the cells of a table and the entries of a list do not. */
function isColumn(fragments: readonly Fragment[], from: number, to: number): boolean {
  if (fragments.length < columnLines) return false;
  const median = (values: number[]): number => values.sort((a, b) => a - b)[values.length >> 1] ?? 0;
  const fill = median(fragments.map(endOf)) - median(fragments.map(({ x }) => x));
  // A column may itself be parted again, so it need not be filled by single lines.
  return median(fragments.map(({ text }) => text.length)) >= 18 && fill >= Math.min((to - from) * 0.55, 150);
}

function sideBySide(left: readonly Fragment[], right: readonly Fragment[]): boolean {
  const range = (fragments: readonly Fragment[]): [number, number] => [
    Math.min(...fragments.map(({ y }) => y)),
    Math.max(...fragments.map(({ y }) => y)),
  ];
  const [[a, b], [c, d]] = [range(left), range(right)];
  return Math.min(b, d) - Math.max(a, c) > Math.min(b - a, d - c) * 0.5;
}

function drawnInOrder(fragments: readonly Fragment[]): boolean {
  const jumps = fragments.filter(
    (fragment, at) => at > 0 && fragment.y < (fragments[at - 1]?.y ?? 0) - fragment.height * 0.6,
  ).length;
  return jumps < 3 || jumps < fragments.length * 0.15;
}

/** From top to bottom, and within a line from left to right. */
function byPosition(fragments: readonly Fragment[]): Fragment[] {
  const rest = [...fragments].sort((a, b) => a.y - b.y);
  const rows: Fragment[][] = [];
  for (const fragment of rest) {
    const row = rows.at(-1);
    const first = row?.[0];
    if (row && first && fragment.y - first.y < Math.min(first.height, fragment.height) * 0.45) row.push(fragment);
    else rows.push([fragment]);
  }
  return rows.flatMap((row) => row.sort((a, b) => a.x - b.x));
}

const endOf = ({ x, width }: Fragment): number => x + width;

type Item = { ordinal: number; text: string };

const squeezed = (text: string): string => text.replace(/\s+/g, ' ').trim();

/** Whether these are the words of one passage; what lies between them does not count. */
export const samePassage = (one: string, other: string): boolean => squeezed(one) === squeezed(other);

/** Of these passages, up to `beside` before and after the one with this text. None, where that is not among them. */
export function pageAround(items: Item[], text: string, beside: number): { before: string[]; after: string[] } {
  const sorted = [...items].sort((a, b) => a.ordinal - b.ordinal);
  const wanted = squeezed(text);
  const at = sorted.findIndex((item) => squeezed(item.text) === wanted);
  if (at < 0) return { before: [], after: [] };
  const texts = sorted.map((item) => item.text);
  return { before: texts.slice(Math.max(0, at - beside), at), after: texts.slice(at + 1, at + 1 + beside) };
}

/** A text cut at the ranges, which are in order and do not overlap. */
export function markRanges(
  text: string,
  ranges: { start: number; end: number }[],
): { text: string; marked: boolean }[] {
  const pieces: { text: string; marked: boolean }[] = [];
  let from = 0;
  for (const { start, end } of ranges) {
    pieces.push({ text: text.slice(from, start), marked: false }, { text: text.slice(start, end), marked: true });
    from = end;
  }
  pieces.push({ text: text.slice(from), marked: false });
  return pieces.filter((piece) => piece.text !== '');
}

/** A piece of text around citations: plain text, or the number of a source. */
export type CitedPiece = { type: 'text'; text: string } | { type: 'cite'; index: number };

const marker = /\[(\d{1,3})\]/g;

/** Splits `… [1][2] …`. Numbers count from 1; whether a source has that number is for the caller to know. */
export function splitCitations(text: string): CitedPiece[] {
  const pieces: CitedPiece[] = [];
  let from = 0;
  for (const match of text.matchAll(marker)) {
    const index = Number(match[1]);
    if (index === 0) continue;
    if (match.index > from) pieces.push({ type: 'text', text: text.slice(from, match.index) });
    pieces.push({ type: 'cite', index });
    from = match.index + match[0].length;
  }
  if (from < text.length) pieces.push({ type: 'text', text: text.slice(from) });
  return pieces;
}

const code = /```[\s\S]*?(?:```|$)|`[^`\n]*`/g;

/** The numbers of the sources that an answer cites, in their order, without those it does not have. */
export function citedNumbers(answer: string, count: number): number[] {
  const pieces = splitCitations(answer.replace(code, ' '));
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

const plain = (text: string): string =>
  text
    .replace(/```[\s\S]*?```/g, ' ')
    .replace(/[*_`>#~|“”„"«»]/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();

/** The sentences before each `[index]` of an answer: what the answer takes from that source. */
function claimsOf(answer: string, index: number): string[] {
  const claims: string[] = [];
  for (const paragraph of answer.split(/\n\s*\n/)) {
    let claim = '';
    for (const piece of splitCitations(paragraph)) {
      if (piece.type === 'text') claim = /[\p{L}\p{N}]/u.test(piece.text) ? piece.text : claim;
      else if (piece.index === index) claims.push(claim);
    }
  }
  return claims.flatMap((claim) => plain(claim).split(/(?<=[.!?])\s+|\s*(?:…|\.{3})\s*/));
}

/**
 * Where an answer quotes a passage word for word: ranges in `passage`, in order and without overlap. White space and
 * case do not count, and a sentence quoted to its end is marked with its full stop. Pieces under 20 letters prove
 * nothing and are left out.
 */
export function quotedRanges(answer: string, index: number, passage: string): { start: number; end: number }[] {
  const at: number[] = [];
  let flat = '';
  for (let position = 0; position < passage.length; position += 1) {
    const letter = passage.charAt(position);
    const shown = /\s|[*_`>#~|“”„"«»]/.test(letter) ? ' ' : letter.toLowerCase();
    if (shown === ' ' && (flat === '' || flat.endsWith(' '))) continue;
    for (let unit = 0; unit < shown.length; unit += 1) at.push(position);
    flat += shown;
  }
  const ranges: { start: number; end: number }[] = [];
  for (const claim of claimsOf(answer, index)) {
    const sought = claim.toLowerCase();
    if (sought.length < 20) continue;
    const found = flat.indexOf(sought);
    const start = at[found];
    const last = at[found + sought.length - 1];
    if (found < 0 || start === undefined || last === undefined) continue;
    // The mark that ends the sentence belongs to it, though the claim was cut before it.
    const mark = /^[.!?…]+[”’"»)\]]*(?=\s|$)/.exec(passage.slice(last + 1))?.[0] ?? '';
    ranges.push({ start, end: last + 1 + mark.length });
  }
  ranges.sort((a, b) => a.start - b.start);
  return ranges.reduce<{ start: number; end: number }[]>((merged, range) => {
    const last = merged.at(-1);
    if (last && range.start <= last.end) last.end = Math.max(last.end, range.end);
    else merged.push({ ...range });
    return merged;
  }, []);
}

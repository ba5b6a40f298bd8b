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
 * case do not count. Pieces under 20 letters prove nothing and are left out.
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
    if (found >= 0 && start !== undefined && last !== undefined) ranges.push({ start, end: last + 1 });
  }
  ranges.sort((a, b) => a.start - b.start);
  return ranges.reduce<{ start: number; end: number }[]>((merged, range) => {
    const last = merged.at(-1);
    if (last && range.start <= last.end) last.end = Math.max(last.end, range.end);
    else merged.push({ ...range });
    return merged;
  }, []);
}

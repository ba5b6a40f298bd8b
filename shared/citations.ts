/** A piece of text around citations: plain text, or the number of a source; `at` is where it begins. */
export type CitedPiece = { type: 'text'; text: string; at: number } | { type: 'cite'; index: number; at: number };

const marker = /\[(\d{1,3})\]/g;

/** Splits `… [1][2] …`. Numbers count from 1; whether a source has that number is for the caller to know. */
export function splitCitations(text: string): CitedPiece[] {
  const pieces: CitedPiece[] = [];
  let from = 0;
  for (const match of text.matchAll(marker)) {
    const index = Number(match[1]);
    if (index === 0) continue;
    if (match.index > from) pieces.push({ type: 'text', text: text.slice(from, match.index), at: from });
    pieces.push({ type: 'cite', index, at: match.index });
    from = match.index + match[0].length;
  }
  if (from < text.length) pieces.push({ type: 'text', text: text.slice(from), at: from });
  return pieces;
}

const code = /```[\s\S]*?(?:```|$)|`[^`\n]*`/g;

/** An answer with blanks in the place of its code, so that what stands there is no citation and the rest keeps its place. */
export const withoutCode = (answer: string): string => answer.replace(code, (found) => found.replace(/[^\n]/g, ' '));

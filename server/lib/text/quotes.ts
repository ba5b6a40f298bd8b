/** A place in a text: from `start` up to, not including, `end`. */
export type Range = { start: number; end: number };

/** Letters and figures of a text alone, folded, each with its place in the text. */
type Letters = { flat: string; at: number[]; text: string };

const letterOrDigit = /[\p{L}\p{N}\p{M}]/u;
const digit = /\p{Nd}/u;
/** Scripts that put no space between words: there a quotation may begin anywhere. */
const unspaced =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;

/**
 * What a quotation is compared by: spaces, punctuation, case, hyphens and typographic forms do not count. What makes
 * another figure of a figure does: "3.5" is not "35", and "-5" is not "5".
 */
function lettersOf(text: string): Letters {
  const at: number[] = [];
  let flat = '';
  let place = 0;
  let before = '';
  for (const sign of text) {
    const after = text.slice(place + sign.length, place + sign.length + 1);
    const counts =
      letterOrDigit.test(sign) ||
      (/[.,]/.test(sign) && digit.test(before) && digit.test(after)) ||
      (/[-−–]/.test(sign) && /^$|[\s(]/.test(before) && digit.test(after));
    if (counts) {
      const folded = sign
        .normalize('NFKC')
        .toLowerCase()
        .replace(/[−–]/, '-')
        .replace(/[^\p{L}\p{N}\p{M}.,-]/gu, '');
      for (let unit = 0; unit < folded.length; unit += 1) at.push(place);
      flat += folded;
    }
    before = sign;
    place += sign.length;
  }
  return { flat, at, text };
}

/** Texts in which several quotations are looked for are folded once. */
export function createQuoteFinder(text: string) {
  const letters = lettersOf(text);

  /** Where the whole of a quotation stands, from `from` on; null where it does not. Never in the middle of a word. */
  function find(quote: string, from = 0): Range | null {
    const sought = lettersOf(quote.normalize('NFC')).flat;
    if (sought === '') return null;
    const first = letters.at.findIndex((place) => place >= from);
    for (let found = first < 0 ? -1 : letters.flat.indexOf(sought, first); found >= 0;) {
      const range = rangeAt(letters, found, sought.length);
      if (range) return range;
      found = letters.flat.indexOf(sought, found + 1);
    }
    return null;
  }
  return {
    find,
    /** A quotation with parts left out ("one … two"): its parts in their order. Null where one of them is missing. */
    findParts(quote: string): Range[] | null {
      const ranges: Range[] = [];
      for (const part of partsOf(quote)) {
        const range = find(part, ranges.at(-1)?.end);
        if (!range) return null;
        ranges.push(range);
      }
      return ranges.length > 0 ? ranges : null;
    },
  };
}

const partsOf = (quote: string): string[] =>
  quote.split(/\s*[[(]?(?:…|\.{3})[\])]?\s*/u).filter((part) => letterOrDigit.test(part));

/** The range of some letters, with the mark that ends the sentence; null where it begins or ends within a word. */
function rangeAt({ at, text }: Letters, found: number, length: number): Range | null {
  const start = at[found];
  const last = at[found + length - 1];
  if (start === undefined || last === undefined) return null;
  // A letter that folds to several is taken whole or not at all.
  if (at[found - 1] === start || at[found + length] === last) return null;
  const end = last + String.fromCodePoint(text.codePointAt(last) ?? 0).length;
  if (within(text.slice(0, start), text.slice(start))) return null;
  if (within(text.slice(0, end), text.slice(end))) return null;
  const mark = /^[.!?…]+[”’"»)\]]*(?=\s|$)/u.exec(text.slice(end, end + 8))?.[0] ?? '';
  return { start, end: end + mark.length };
}

/** Whether the cut between two stretches goes through a word or a figure. */
function within(before: string, after: string): boolean {
  if (/\p{Nd}[.,]?$/u.test(before) && /^(?:[.,]?\p{Nd})/u.test(after)) return true;
  const left = Array.from(before.slice(-2)).at(-1) ?? '';
  const [right = ''] = after.slice(0, 2);
  return letterOrDigit.test(left) && letterOrDigit.test(right) && !unspaced.test(left) && !unspaced.test(right);
}

import { fold } from './fold.ts';

export type Word = {
  /** Where it stands in the text, in UTF-16 units. */
  start: number;
  end: number;
  /** Folded. The word as a whole. */
  form: string;
  /** Folded. What a compound is made of ("E-204" → e, 204); empty for a simple word. */
  parts: readonly string[];
};

const unspaced = String.raw`\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}`;
const unspacedRun = new RegExp(String.raw`[${unspaced}][${unspaced}\p{M}\u30fc]*`, 'gu');
const hasUnspaced = new RegExp(`[${unspaced}]`, 'u');
/** Letters and digits, held together by the signs that stand inside identifiers, numbers, dates and hyphenated words. */
const token =
  /[\p{L}\p{N}][\p{L}\p{N}\p{M}]*(?:(?:[-'’._/\u2010\u2011]|(?<=\p{Nd})[,:](?=\p{Nd}))[\p{L}\p{N}][\p{L}\p{N}\p{M}]*)*/gu;
/** Most words of most texts: there is nothing in them to take apart or to fold. */
const simple = /^(?:[A-Za-z][a-z]*|[A-Z]+)$/;
const thousands = /^\d{1,3}(?:[.,'’]\d{3})+$/;
const decimal = /^\d+[.,]\d+$/;
/** Past this length a token is data (a key, a hash), not a compound of words. */
const longestCompound = 64;
/** Elided articles and pronouns (l'eau, qu'il), and English endings (don't, it's). */
const elided = /^(?:l|d|j|c|n|s|m|t|qu|dell|nell|all|sull|un)$/;
const ending = /^(?:s|t|d|m|re|ve|ll)$/;

/**
 * The words of a text in order. Scripts written without spaces (and Korean, whose particles cling to words) come as
 * overlapping pairs of characters; a run of one character comes alone.
 */
export function words(text: string): Word[] {
  const found: Word[] = [];
  for (const { 0: match, index } of text.matchAll(token)) {
    if (simple.test(match))
      found.push({ start: index, end: index + match.length, form: match.toLowerCase(), parts: [] });
    else if (hasUnspaced.test(match)) mixed(match, index, found);
    else found.push(wordOf(match, index));
  }
  return found;
}

function mixed(text: string, offset: number, found: Word[]): void {
  let at = 0;
  const between = (end: number): void => {
    for (const { 0: match, index } of text.slice(at, end).matchAll(token))
      found.push(wordOf(match, offset + at + index));
  };
  for (const { 0: run, index } of text.matchAll(unspacedRun)) {
    between(index);
    pairs(run, offset + index, found);
    at = index + run.length;
  }
  between(text.length);
}

function pairs(run: string, offset: number, found: Word[]): void {
  const characters = Array.from(run.matchAll(/\P{M}\p{M}*/gu), ({ 0: text, index }) => ({ text, index }));
  for (const [at, first] of characters.entries()) {
    const second = characters[at + 1];
    if (!second && characters.length > 1) break;
    const start = offset + first.index;
    const end = second ? offset + second.index + second.text.length : start + first.text.length;
    found.push({ start, end, form: fold(first.text + (second?.text ?? '')), parts: [] });
  }
}

function wordOf(text: string, start: number): Word {
  const word = { start, end: start + text.length };
  if (/^[\p{L}\p{M}]+$/u.test(text) && !/\p{Ll}\p{Lu}/u.test(text)) return { ...word, form: fold(text), parts: [] };
  const folded = fold(text);
  if (thousands.test(folded)) return { ...word, form: folded.replace(/\D/g, ''), parts: [] };
  // "3.5" and "3,5" are one number, and not the number 35.
  if (decimal.test(folded)) return { ...word, form: folded.replace(/[.,]/, 'd'), parts: [] };
  const pieces = withoutElisions(text.split(/[-'’._/,:\u2010\u2011]/u));
  const form = fold(pieces.join(/^[\d.,:/-]+$/.test(text) ? 'd' : ''));
  if (text.length > longestCompound) return { ...word, form, parts: [] };
  const parts = pieces.flatMap(innerParts).map(fold);
  return { ...word, form, parts: parts.length > 1 ? parts : [] };
}

function withoutElisions(pieces: string[]): string[] {
  const first = pieces[0];
  const last = pieces.at(-1);
  if (pieces.length !== 2 || first === undefined || last === undefined) return pieces;
  if (ending.test(fold(last)) && first.length > 1) return [first];
  return elided.test(fold(first)) && /^\p{L}/u.test(last) ? [last] : pieces;
}

/** maxRetries → max, Retries; 10kg → 10, kg. */
const innerParts = (piece: string): string[] =>
  piece.split(/(?<=\p{Ll})(?=\p{Lu})|(?<=\p{L})(?=\p{Nd})|(?<=\p{Nd})(?=\p{L})/u).filter((part) => part !== '');

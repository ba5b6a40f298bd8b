import { hash } from 'node:crypto';
import { stem } from './stem.ts';
import { stopWords, type Language } from './stop-words.ts';
import { words, type Word } from './words.ts';

/** A word as index and query know it. */
export type Term = {
  term: string;
  /** Where its word stands in the text, in UTF-16 units. */
  start: number;
  end: number;
  /** Number of its word in the text. A compound and its parts share it. */
  at: number;
  /** A word of grammar: kept in the index, left out of questions. */
  stop: boolean;
};

/** Far below MySQL's 84 characters a token. */
const longestTerm = 40;

/**
 * The form in which a folded word goes to every full-text engine: ASCII letters and digits alone, so that no engine's
 * own tokeniser, collation or query syntax sees anything in it; at least three characters and never an engine's stop word,
 * for its two-letter prefix. What is not ASCII, or too long, goes as 64 bits of its SHA-256.
 */
export const encodeTerm = (form: string): string =>
  form.length <= longestTerm && /^[a-z0-9]+$/.test(form)
    ? `tk${form}`
    : `th${hash('sha256', form, 'hex').slice(0, 16)}`;

/** Terms of a text in a language (English where it is unknown), in order: each compound whole and in its parts. */
export function analyse(text: string, language: Language | null): Term[] {
  const stops = stopWords[language ?? 'en'];
  return words(text).flatMap(({ start, end, form, parts }, at) =>
    [form, ...parts].map((each) => ({ term: termOf(each, language ?? 'en'), start, end, at, stop: stops.has(each) })),
  );
}

/** Each term of these words once, for those who need no places. */
export function vocabulary(all: readonly Word[], language: Language | null): Set<string> {
  const terms = new Set<string>();
  for (const { form, parts } of all) {
    terms.add(termOf(form, language ?? 'en'));
    for (const part of parts) terms.add(termOf(part, language ?? 'en'));
  }
  return terms;
}

const known = new Map<Language, Map<string, string>>();
/** For each language. */
const remembered = 10_000;

/** Stemming is most of the work of indexing and words repeat: a bounded memory of them. */
function termOf(form: string, language: Language): string {
  let terms = known.get(language);
  if (!terms) known.set(language, (terms = new Map()));
  let term = terms.get(form);
  if (term === undefined) {
    term = encodeTerm(stem(form, language));
    if (terms.size >= remembered) terms.clear();
    terms.set(form, term);
  }
  return term;
}

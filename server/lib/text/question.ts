import { fold } from './fold.ts';
import { detectLanguage } from './language.ts';
import { askingPhrase, measurePhrase, measures, requestWords } from './question-words.ts';
import { stem } from './stem.ts';
import { languages, stopWords, type Language } from './stop-words.ts';
import { encodeTerm } from './terms.ts';
import { words, type Word } from './words.ts';

/** One thing that a question asks about. */
export type Concept = {
  /** As the question wrote it. */
  text: string;
  /** The index terms that stand for it: its stem in each language it may be in, as written, and what it is measured by. */
  variants: readonly string[];
  /** How much hangs on it: names, numbers and identifiers more than other words. */
  weight: number;
};

export type Question = {
  language: Language | null;
  /** In the question's order, without words of grammar and of asking; those only where there is nothing else. */
  concepts: readonly Concept[];
  /** Nothing but words of grammar or of request ("summarise this"): no passage answers it better than another. */
  general: boolean;
  /** It has words of request ("summarise", "my documents"). */
  requests: boolean;
  /** Pages that it names ("on page 12"). */
  pages: readonly number[];
};

/** A pasted page is no better a question than its first words. */
const mostConcepts = 24;
/** Characters read of its beginning and of its end: a pasted text stands before the question about it, or after. */
const ends = 1_500;
const pageNumber = /\b(?:page|pages|pp?\.|seite|seiten|s\.|página|pagina)\s*(\d{1,5})\b/giu;

/** Reads a question in natural language. No syntax is understood and none can reach an engine: all that comes out is terms. */
export function readQuestion(whole: string): Question {
  const text = withinEnds(whole);
  const pages = Array.from(text.matchAll(pageNumber), ({ 1: number }) => Number(number));
  const language = detectLanguage(text);
  const subject = blank(blank(text, pageNumber), askingPhrase);
  const all = words(subject).map((word) => ({ word, kind: kindOf(word, language) }));
  const content = all.filter(({ kind }) => kind === 'content');
  const requests = all.filter(({ kind }) => kind === 'request');
  const chosen = [content, requests, all].find((words) => words.length > 0) ?? [];
  const expansions = measuresIn(text);
  return {
    language,
    concepts: distinct(chosen.flatMap(({ word }) => conceptsOf(word, subject, language, expansions))).slice(
      0,
      mostConcepts,
    ),
    general: content.length === 0,
    requests: requests.length > 0,
    pages,
  };
}

/** A long text by its two ends. */
export const withinEnds = (text: string): string =>
  text.length > 2 * ends ? `${text.slice(0, ends)}\n${text.slice(-ends)}` : text;

/** Spaces in place of what matched, so that what is left keeps its positions. */
const blank = (text: string, pattern: RegExp): string => text.replace(pattern, (match) => ' '.repeat(match.length));

function kindOf({ form, parts }: Word, language: Language | null): 'content' | 'request' | 'grammar' {
  if (stopWords[language ?? 'en'].has(form)) return 'grammar';
  if (parts.length > 0 && parts.every((part) => stopWords[language ?? 'en'].has(part))) return 'grammar';
  return requestWords.has(form) ? 'request' : 'content';
}

function conceptsOf(
  word: Word,
  text: string,
  language: Language | null,
  expansions: ReadonlyMap<string, readonly string[]>,
): Concept[] {
  const written = text.slice(word.start, word.end);
  const weight = weightOf(written, text.slice(0, word.start), language);
  const parts = word.parts.filter((part) => !stopWords[language ?? 'en'].has(part));
  if (!standsInParts(word) || parts.length === 0) {
    return [
      { text: written, variants: variantsOf([word.form, ...(expansions.get(word.form) ?? [])], language), weight },
    ];
  }
  return parts.map((part) => ({
    text: part,
    variants: variantsOf([part, word.form], language),
    weight: weight / parts.length,
  }));
}

/** "ISO-9001", "long-term", "10kg" may be written apart elsewhere; "E-204" is one name, and 204 alone is another. */
const standsInParts = ({ parts }: Word): boolean =>
  parts.length > 1 && (parts.every((part) => part.length > 1) || (parts.length === 2 && /^\d+$/.test(parts[0] ?? '')));

function variantsOf(forms: readonly string[], language: Language | null): string[] {
  const stems = forms.flatMap((form) => (language ? [language] : languages).map((each) => stem(form, each)));
  return [...new Set([...stems, ...forms].map(encodeTerm))];
}

function weightOf(written: string, before: string, language: Language | null): number {
  if (/\p{N}/u.test(written)) return 1.5;
  const opensSentence = /(?:^|[.!?]\s*)$/.test(before.trimEnd());
  // German writes every noun with a capital; it says nothing there.
  return language !== 'de' && !opensSentence && /^\p{Lu}/u.test(written) ? 1.5 : 1;
}

function measuresIn(text: string): Map<string, readonly string[]> {
  const adjectives = Array.from(text.matchAll(measurePhrase), ({ 1: word = '' }) => fold(word));
  return new Map(adjectives.flatMap((word) => (measures[word] ? [[word, measures[word].map(fold)] as const] : [])));
}

const distinct = (concepts: Concept[]): Concept[] => [
  ...new Map(concepts.map((concept) => [concept.variants[0], concept])).values(),
];

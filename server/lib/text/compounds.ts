import { fold } from './fold.ts';
import type { Concept } from './question.ts';
import { stem } from './stem.ts';
import { encodeTerm } from './terms.ts';

/** Letters a part has at least, and a word that can be a compound of two. */
const shortestPart = 4;
const shortestCompound = 9;
const longestCompound = 40;
/** Words of a question taken apart at most. */
const mostCompounds = 3;
/** What German puts between the parts of a compound. */
const links = ['', 's', 'es', 'n', 'en', 'er'];

/** Ways to read a word as a compound of two ("Kündigungsfrist" → Kündigung, Frist), each part as the index terms it may have. */
function readings(text: string): [string[], string[]][] {
  const word = fold(text);
  if (word.length < shortestCompound || word.length > longestCompound || !/^[a-z]+$/.test(word)) return [];
  return Array.from({ length: word.length - 2 * shortestPart + 1 }, (_, at) => at + shortestPart).flatMap((cut) =>
    links.flatMap((link): [string[], string[]][] => {
      const left = word.slice(0, cut - link.length);
      if (left.length < shortestPart || !word.slice(0, cut).endsWith(link)) return [];
      return [[termsOf(left), termsOf(word.slice(cut))]];
    }),
  );
}

const termsOf = (form: string): string[] => [...new Set([encodeTerm(stem(form, 'de')), encodeTerm(form)])];

/** Every term that a part of the first few of these concepts could be. */
export const compoundTerms = (concepts: readonly Concept[]): string[] => [
  ...new Set(concepts.slice(0, mostCompounds).flatMap(({ text }) => readings(text).flat(2))),
];

/** A concept that is nowhere as it is, as the two that it is made of where both are known; else as it was. */
export function decompose(concept: Concept, isKnown: (term: string) => boolean): Concept[] {
  const found = readings(concept.text)
    .map((parts) => parts.map((terms) => terms.filter(isKnown)))
    .find((parts) => parts.every((terms) => terms.length > 0));
  return found ? found.map((variants) => ({ text: concept.text, variants, weight: concept.weight / 2 })) : [concept];
}

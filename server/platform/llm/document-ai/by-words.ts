import { detectLanguage } from '../../../lib/text/language.ts';
import { analyse } from '../../../lib/text/terms.ts';
import type { Category, Match } from '../document-ai.ts';

const MAX_MATCHES = 3;
/** Words alone are never sure. */
const MOST = 0.7;
/** How often a word has to stand in a text to count in full. */
const ENOUGH = 3;

/**
 * Filing without a model: a category fits when the words of its name stand in the text; those of its description help.
 * The reason names the words, so that a person sees how little was understood.
 */
export function classifyByWords(text: string, categories: readonly Category[]): Match[] {
  const language = detectLanguage(text);
  const found = new Map<string, number>();
  for (const { term, stop } of analyse(text, language)) if (!stop) found.set(term, (found.get(term) ?? 0) + 1);

  const wordsOf = (part: string) =>
    analyse(part, language)
      .filter(({ stop }) => !stop)
      .map(({ term, start, end }) => ({ term, word: part.slice(start, end), times: found.get(term) ?? 0 }));
  const share = (words: readonly { times: number }[]): number =>
    words.reduce((sum, { times }) => sum + Math.min(times, ENOUGH) / ENOUGH, 0) / (words.length || 1);

  return categories
    .flatMap(({ name, description = '' }): Match[] => {
      const own = wordsOf(name);
      const seen = own.filter(({ times }) => times > 0);
      if (seen.length === 0) return [];
      const confidence = Math.round(MOST * (0.8 * share(own) + 0.2 * share(wordsOf(description))) * 100) / 100;
      const list = [...new Set(seen.map(({ word, times }) => `“${word}” (${times}×)`))].join(', ');
      return [{ category: name, confidence, reason: `The text has ${list}.` }];
    })
    .toSorted((a, b) => b.confidence - a.confidence)
    .slice(0, MAX_MATCHES);
}

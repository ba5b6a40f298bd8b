import { languages, stopWords, type Language } from './stop-words.ts';
import { words } from './words.ts';

/** Read from at most: enough to be sure, cheap on a book. */
const sample = 12_000;

/**
 * The language whose words of grammar are commonest in the text, or null where none is clear (one word, a table, a
 * language that the analysis does not know). Ties are not decided by guessing.
 */
export function detectLanguage(text: string): Language | null {
  const forms = words(text.slice(0, sample)).map(({ form }) => form);
  if (forms.length === 0) return null;
  const counts = languages
    .map((language) => ({ language, count: forms.filter((form) => stopWords[language].has(form)).length }))
    .sort((a, b) => b.count - a.count);
  const [best, second] = counts;
  if (!best || !second) return null;
  const enough = best.count >= 2 || (best.count === 1 && forms.length <= 4);
  const share = best.count / forms.length;
  return enough && share >= 0.08 && best.count > second.count ? best.language : null;
}

import { languages, stopWords, type Language } from './stop-words.ts';
import { words, type Word } from './words.ts';

/** Read from at most: enough to be sure, cheap on a book. */
const sample = 12_000;

/** Whose word of grammar each is: one look-up a word, whatever the number of languages. */
const speakers = new Map<string, Language[]>();
for (const language of languages)
  for (const word of stopWords[language]) speakers.set(word, [...(speakers.get(word) ?? []), language]);

/**
 * The language whose words of grammar are commonest in the text, or null where none is clear (one word, a table, a
 * language that the analysis does not know). Ties are not decided by guessing.
 */
export const detectLanguage = (text: string): Language | null => languageOf(words(text.slice(0, sample)));

/** The same of words that are known already; of those of a long text the first decide. */
export function languageOf(all: readonly Word[]): Language | null {
  const found = new Map<Language, number>(languages.map((language) => [language, 0]));
  let read = 0;
  for (const { form, start } of all) {
    if (start >= sample) break;
    read += 1;
    for (const language of speakers.get(form) ?? []) found.set(language, (found.get(language) ?? 0) + 1);
  }
  const [best, second] = Array.from(found, ([language, count]) => ({ language, count })).sort(
    (a, b) => b.count - a.count,
  );
  if (!best || !second) return null;
  const enough = best.count >= 2 || (best.count === 1 && read <= 4);
  return enough && best.count / read >= 0.08 && best.count > second.count ? best.language : null;
}

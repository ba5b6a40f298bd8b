import type { Passage } from '../../../../../shared/api/passages.ts';
import { detectLanguage } from '../../../../lib/text/language.ts';
import { splitSentences, type Sentence } from '../../../../lib/text/sentences.ts';
import { analyse } from '../../../../lib/text/terms.ts';

/** A sentence in its passage, read for scoring. */
export type Unit = Sentence & {
  passage: number;
  /** Its place among the passage's units. */
  at: number;
  terms: ReadonlySet<string>;
  /** Terms of the heading it stands under. */
  heading: ReadonlySet<string>;
  words: number;
};

export type Page = { passage: Passage; units: readonly Unit[]; terms: ReadonlySet<string>; title: ReadonlySet<string> };

/** Passages taken apart into sentences, each with its terms. */
export function readPassages(passages: readonly Passage[]): Page[] {
  return passages.map((passage, number) => {
    const language = detectLanguage(passage.text);
    const termsOf = (text: string): Set<string> => new Set(analyse(text, language).map(({ term }) => term));
    let heading: ReadonlySet<string> = new Set();
    const units = splitSentences(passage.text).map((sentence, at) => {
      const terms = termsOf(sentence.text);
      if (sentence.kind === 'heading') heading = terms;
      return { ...sentence, passage: number, at, terms, heading, words: sentence.text.split(/\s+/).length };
    });
    return {
      passage,
      units,
      terms: termsOf(passage.text),
      title: termsOf(passage.source.title.replace(/[_.-]+/g, ' ')),
    };
  });
}

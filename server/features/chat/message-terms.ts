import { detectLanguage } from '../../lib/text/language.ts';
import { analyse } from '../../lib/text/terms.ts';

/** Characters of a message that can be searched: its analysis stands between a question and its first token. */
export const SEARCHED_LENGTH = 20_000;

/** The terms under which a message is found. */
export function termsOf(content: string): Set<string> {
  const text = content.slice(0, SEARCHED_LENGTH);
  return new Set(analyse(text, detectLanguage(text)).map(({ term }) => term));
}

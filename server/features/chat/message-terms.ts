import { languageOf } from '../../lib/text/language.ts';
import { vocabulary } from '../../lib/text/terms.ts';
import { words } from '../../lib/text/words.ts';

/** Characters of a message that can be searched: its analysis stands between a question and its first token. */
export const SEARCHED_LENGTH = 20_000;

/** The terms under which a message is found. */
export function termsOf(content: string): Set<string> {
  const said = words(content.slice(0, SEARCHED_LENGTH));
  return vocabulary(said, languageOf(said));
}

import { createHash } from 'node:crypto';
import { detectLanguage } from '../../lib/text/language.ts';
import { analyse } from '../../lib/text/terms.ts';

/** What two memories have in common that say the same: letters and digits alone, in lower case. */
export const keyOf = (content: string): string =>
  createHash('sha256')
    .update(
      content
        .normalize('NFKC')
        .toLowerCase()
        .replace(/[^\p{L}\p{N}]+/gu, ' ')
        .trim(),
    )
    .digest('hex');

export const termsOf = (content: string): string[] => [
  ...new Set(analyse(content, detectLanguage(content)).map(({ term }) => term)),
];

const asked =
  /^\s*(?:please\s+|bitte\s+)?(?:remember(?:\s+(?:that|this)|\s*(?=:))|keep\s+in\s+mind\s+that|merke?\s+dir(?:\s+bitte)?(?:\s*,?\s*dass|\s*(?=[:,])))\s*[:,]?\s+(.{3,1000})$/isu;

/** What a person asks to be remembered, in so many words: “Remember that …”, “Merk dir, dass …”. */
export function askedToRemember(content: string): string | null {
  const fact = asked
    .exec(content)?.[1]
    ?.trim()
    .replace(/\s+/g, ' ')
    .replace(/[.!]+$/, '');
  return fact === undefined || fact.length > 500 || fact.endsWith('?') ? null : fact;
}

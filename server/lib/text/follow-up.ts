import { readQuestion } from './question.ts';

const opening =
  /^\s*(?:and|but|also|so|or|what about|how about|und|aber|oder|auch|was ist mit|wie ist es mit|wie sieht es|et|mais|y|e)\b/iu;
const pronoun =
  /\b(?:it|its|they|them|their|that|those|these|there|er|es|davon|dafür|dazu|damit|dort|deren|dessen)\b/iu;
const longest = 8;

/** Whether a question can only be understood with the one before it: short, and going on from it or pointing back at it. */
export function leansOnPrevious(question: string): boolean {
  const count = question.trim().split(/\s+/).length;
  if (count > longest) return false;
  const { concepts, general, requests, pages } = readQuestion(question);
  if (opening.test(question)) return true;
  if (general) return !requests && pages.length > 0;
  return concepts.length <= 1 && pronoun.test(question);
}

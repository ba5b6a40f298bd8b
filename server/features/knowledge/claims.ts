import { splitCitations, withoutCode } from '../../../shared/citations.ts';
import { proseSentences } from '../../lib/text/sentences.ts';

/** What an answer says with one mark `[n]` behind it. */
export type Claim = {
  number: number;
  /** Of the mark in the answer. */
  at: number;
  /** Given as the source's own words: in quotation marks, or as a block quotation. */
  quotations: string[];
  /** Everything else that is said, sentence by sentence; it may happen to be the source's words. */
  sentences: string[];
};

/** Shorter ones are names and single words, and prove nothing. */
const letters = { quotation: 20, sentence: 20 };

const quoted = /[“„”]([^“”„\n]+)[“”]|"([^"\n]+)"|«([^«»\n]+)»|»([^«»\n]+)«|「([^「」\n]+)」|『([^『』\n]+)』/gu;
const blockquote = /^[ \t]*>/;

/** The claims of an answer in their order. Marks that stand together share what is said before them. */
export function claimsIn(answer: string): Claim[] {
  const claims: Claim[] = [];
  for (const { text, at: offset } of blocksIn(answer)) {
    const isQuotation = blockquote.test(text);
    let said = '';
    for (const piece of splitCitations(isQuotation ? text : withoutCode(text))) {
      if (piece.type === 'text') said = /[\p{L}\p{N}]/u.test(piece.text) ? piece.text : said;
      else claims.push({ number: piece.index, at: offset + piece.at, ...(isQuotation ? lines(said) : spoken(said)) });
    }
  }
  return claims;
}

/** Paragraphs; a block quotation goes on over its empty lines. */
function* blocksIn(answer: string): Generator<{ text: string; at: number }> {
  let at = 0;
  for (const text of answer.split(/(?<=\n[ \t]*\n)/)) {
    if (text.trim() !== '') yield { text, at };
    at += text.length;
  }
}

const plain = (text: string): string =>
  text
    .replace(/\\(?=[^\s\p{L}\p{N}])/gu, '')
    .replace(/[*_`#~|]/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();

const longEnough = (least: number) => (text: string) => (text.match(/[\p{L}\p{N}]/gu)?.length ?? 0) >= least;

/** Each line of a block quotation is one: between them a list's signs or a table's may have been set anew. */
const lines = (text: string): Pick<Claim, 'quotations' | 'sentences'> => ({
  quotations: text
    .split('\n')
    .map((line) => plain(line.replace(/^[ \t]*>+[ \t]*(?:(?:[-*+]|\d+[.)])[ \t]+)?/, '')))
    .filter(longEnough(1)),
  sentences: [],
});

function spoken(text: string): Pick<Claim, 'quotations' | 'sentences'> {
  const clear = plain(text);
  const quotations = [...clear.matchAll(quoted)].map((found) => found.slice(1).find(Boolean) ?? '');
  return {
    quotations: quotations.filter(longEnough(letters.quotation)),
    sentences: proseSentences(clear.replace(quoted, ' ')).filter(longEnough(letters.sentence)),
  };
}

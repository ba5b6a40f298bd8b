import { createHash } from 'node:crypto';

/**
 * What some models want to read before a question and before a passage, as their makers say; all others get the text as
 * it is. Whoever embeds passages must say the same each time, so a change here means a new index.
 */
const wordings: readonly (readonly [name: RegExp, question: string, passage: string])[] = [
  [/nomic-embed/i, 'search_query: ', 'search_document: '],
  [/(^|[/_-])e5-(small|base|large)/i, 'query: ', 'passage: '],
  [
    /mxbai-embed|bge-[a-z]+-en|snowflake-arctic-embed/i,
    'Represent this sentence for searching relevant passages: ',
    '',
  ],
  [/embeddinggemma/i, 'task: search result | query: ', 'title: none | text: '],
];

const of = (model: string): readonly [RegExp, string, string] | undefined =>
  wordings.find(([name]) => name.test(model));

export const asQuestion = (model: string, text: string): string => (of(model)?.[1] ?? '') + text;
export const asPassage = (model: string, text: string): string => (of(model)?.[2] ?? '') + text;

/** By this a text is found again that was embedded before. */
export const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex');

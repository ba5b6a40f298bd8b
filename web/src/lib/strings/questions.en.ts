import { plural } from './plural.ts';

/** Questions whose answers were rated down, and what somebody would find. */
export const questions = {
  title: 'Saved questions',
  text: 'Where you rate an answer down and its passages were searched for, the question is kept here. Ask all again after something changed, and see whether they find what they should.',
  empty: 'No question is kept. Rate an answer down whose sources were wrong, and it will be here.',
  failed: 'The questions could not be loaded.',
  run: 'Ask all again',
  runs: 'The last times',
  noRuns: 'They have not been asked again yet.',
  found: (count: number) => `found ${count} ${plural(count, 'passage', 'passages')} then`,
  expects: (count: number) =>
    count === 0
      ? 'you have not said what should be found'
      : `${count} ${plural(count, 'passage', 'passages')} should be found`,
  mark: 'Mark what should be found:',
  gone: 'A passage that is gone',
  was: (rank: number) => `no. ${rank} then`,
  is: (rank: number) => `no. ${rank} now`,
  notNow: 'not found now',
  first: (rank: number | null) => (rank === null ? 'not found' : `at no. ${rank}`),
  change: (before: string, after: string) => (before === after ? after : `${before} before, now ${after}`),
  asked: (count: number) => `${count} ${plural(count, 'question', 'questions')}`,
  unchanged: (count: number) => `${count} as before`,
  newly: (count: number) => `${count} found something at last`,
  lost: (count: number) => `${count} found nothing any more`,
  recall: (share: string, change: string) => `recall ${share}${change}`,
  mrr: (share: string, change: string) => `mean reciprocal rank ${share}${change}`,
  setup: (embedding: string | null, rerank: string | null) =>
    [embedding === null ? 'by words' : `with ${embedding}`, rerank !== null && `put in order by ${rerank}`]
      .filter(Boolean)
      .join(', '),
  withoutEmbedding: (count: number) => `${count} without the embedding model`,
  withoutRerank: (count: number) => `${count} not put in order`,
  adminText:
    'Everybody’s questions whose answers were rated down, asked again as each may read. You see sums alone: what people asked stays theirs.',
  preview: 'What would somebody find',
  previewText:
    'Asks as this person may read, and shows which passages come and why. You see their words only where you may read them yourself. It is written to the audit log, without the question.',
  person: 'Person',
  seek: 'Find a person',
  question: 'Question',
  look: 'Look',
  nothing: 'Nothing is found.',
  own: 'their own file',
  through: (names: string) => `through ${names}`,
  noWords: 'You may not read this file.',
};

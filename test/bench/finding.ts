import { evaluate, type Score } from '../evaluation/evaluate.ts';
import type { Figure, Row } from './report.ts';

const asked = { hand: 'questions by hand', verse: 'verses in other words' };
const ways = { words: 'by words', meaning: 'by meaning', both: 'by both', ordered: 'by both, put in order by a model' };

/** How often the passage that answers is among the first five, and how early, on books that come with the tests. */
export async function finding(): Promise<Row[]> {
  const { EVALUATE_EMBEDDINGS: embeddings, EVALUATE_RERANK: rerank } = process.env;
  return (await evaluate({ embeddings, rerank })).flatMap(rowsOf);
}

function rowsOf({ way, model, kind, asked: count, recall, mrr }: Score): Figure[] {
  const what = `${count} ${asked[kind]}, found ${ways[way]}${way === 'meaning' ? ` (${model})` : ''}`;
  return [
    { id: 'FINDING', what: `${what}: recall@5`, unit: '×', rounds: [recall] },
    { id: 'FINDING', what: '  mean reciprocal rank', unit: '×', rounds: [mrr] },
  ];
}

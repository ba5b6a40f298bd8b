import { afterAll, beforeAll, expect, it } from 'vitest';
import { createEmbeddingServer } from '../../server/features/embeddings/embedding-server.fixture.ts';
import { createRerankServer } from '../../server/features/reranking/rerank-server.fixture.ts';
import { evaluate } from './evaluate.ts';
import { questions } from './texts.ts';

let embedding: Awaited<ReturnType<typeof createEmbeddingServer>>;
let rerank: Awaited<ReturnType<typeof createRerankServer>>;

beforeAll(async () => {
  [embedding, rerank] = await Promise.all([createEmbeddingServer(), createRerankServer()]);
});
afterAll(() => Promise.all([embedding.close(), rerank.close()]));

it('measures models on the servers that are named: every passage and question is embedded there, and put in order', async () => {
  const some = questions.filter((_, at) => at % 40 === 0);
  const scores = await evaluate({ embeddings: `${embedding.url} embed-one`, rerank: `${rerank.url} judge` }, some);
  expect(new Set(scores.map(({ way }) => way))).toEqual(new Set(['words', 'meaning', 'both', 'ordered']));
  expect(scores.find(({ way }) => way === 'meaning')?.model).toBe('embed-one');
  expect(embedding.state.texts).toEqual(expect.arrayContaining(some.map(({ question }) => question)));
  expect(embedding.state.texts.length).toBeGreaterThan(1_000);
  expect(rerank.state.asked.map(({ query }) => query).toSorted((a, b) => a.localeCompare(b))).toEqual(
    some.map(({ question }) => question).toSorted((a, b) => a.localeCompare(b)),
  );
  expect(scores.every(({ recall }) => recall >= 0 && recall <= 1)).toBe(true);
});

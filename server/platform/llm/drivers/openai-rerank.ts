import type { AppError } from '../../../lib/errors.ts';
import type { RerankRequest } from '../driver.ts';
import { nonsense, statusOf } from '../errors.ts';
import type { ProviderHttp } from '../http.ts';

type Result = { index?: unknown; relevance_score?: unknown; score?: unknown } | null;

/**
 * Reranking as Cohere, Jina, vLLM, llama.cpp and many others offer it beside OpenAI's protocol; and, where the API knows no
 * such address, at the server's root, as Hugging Face's text-embeddings-inference does.
 */
export function reranker(api: { http: ProviderHttp; path: string }, atRoot: () => ProviderHttp) {
  const { speaker } = api.http;

  return async function rerank({ model, query, documents }: RerankRequest, signal: AbortSignal): Promise<number[]> {
    const body = { model, query, documents, top_n: documents.length };
    const reply = await api.http.postJson(`${api.path}/rerank`, body, { signal, model }).catch((error: unknown) => {
      if (statusOf(error) !== 404 || (error as AppError).code === 'MODEL_NOT_FOUND') throw error;
      return atRoot().postJson('/rerank', { ...body, texts: documents, truncate: true }, { signal, model });
    });
    const scores = scoresOf(reply, documents.length);
    if (!scores) throw nonsense(speaker, 'Its ranking has another form.');
    return scores;
  };
}

/** Servers answer in any order, best first mostly; each document must have its score. */
function scoresOf(reply: unknown, wanted: number): number[] | null {
  const list = Array.isArray(reply) ? reply : (reply as { results?: unknown } | null)?.results;
  if (!Array.isArray(list)) return null;
  const scores = new Map<unknown, number>();
  for (const result of list as Result[]) {
    const score = result?.relevance_score ?? result?.score;
    if (typeof score === 'number' && Number.isFinite(score)) scores.set(result?.index, score);
  }
  const inOrder = Array.from({ length: wanted }, (_, at) => scores.get(at));
  return inOrder.every((score) => score !== undefined) ? inOrder : null;
}

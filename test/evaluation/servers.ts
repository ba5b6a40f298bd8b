import { setTimeout as sleep } from 'node:timers/promises';
import { asPassage, asQuestion } from '../../server/features/embeddings/wording.ts';
import type { Rerank } from '../../server/features/knowledge/reordering.ts';
import { createOpenAiProvider } from '../../server/platform/llm/drivers/openai.ts';
import { timeoutsOf } from '../../server/platform/llm/http.ts';

/** Vectors of what is said and of what is asked. */
export type Vectors = {
  name: string;
  passages(texts: readonly string[]): Promise<Float32Array[]>;
  question(text: string): Promise<Float32Array>;
};

const batch = 64;
const longMs = 300_000;

/** `http://localhost:11434/v1 nomic-embed-text`: a server with OpenAI's API, and one of its models. */
function open(place: string) {
  const [baseUrl = '', model = ''] = place.trim().split(/\s+/);
  if (!URL.canParse(baseUrl) || model === '')
    throw new Error(`“${place}” is no address and model, such as “http://localhost:11434/v1 nomic-embed-text”.`);
  const settings = { id: 'evaluated', name: 'The server', kind: 'openai-compatible' as const, baseUrl };
  const apiKey = process.env['EVALUATE_API_KEY'];
  const http = { userAgent: 'Carrel-evaluation', timeouts: timeoutsOf(longMs) };
  return { model, provider: createOpenAiProvider({ ...settings, ...(apiKey && { apiKey }) }, http) };
}

/** A real embedding model, asked as Carrel asks it. */
export function vectorsFrom(place: string): Vectors {
  const { model, provider } = open(place);
  const embed = async (input: readonly string[]): Promise<Float32Array[]> => {
    const answer = await provider.embed?.({ model, input }, AbortSignal.timeout(longMs));
    return (answer?.vectors ?? []).map((vector) => Float32Array.from(vector));
  };
  return {
    name: model,
    async passages(texts) {
      const all: Float32Array[] = [];
      for (let at = 0; at < texts.length; at += batch)
        all.push(...(await embed(texts.slice(at, at + batch).map((text) => asPassage(model, text)))));
      return all;
    },
    async question(text) {
      const [vector] = await embed([asQuestion(model, text)]);
      if (!vector) throw new Error('The server gave no vector.');
      return vector;
    },
  };
}

/** A real rerank model. */
export function rerankFrom(place: string): Rerank {
  const { model, provider } = open(place);
  return async (query, documents) => {
    // Free plans take few requests a minute.
    for (let attempt = 0; ; attempt += 1)
      try {
        const scores = await provider.rerank?.({ model, query, documents }, AbortSignal.timeout(longMs));
        return { model, scores: scores ?? null };
      } catch (error) {
        if (attempt === 3) throw error;
        await sleep(5_000);
      }
  };
}

import { seconds, type Clock } from '../../lib/clock.ts';
import type { Logger } from '../../lib/logger.ts';
import type { SearchScope } from '../../platform/search/driver.ts';
import type { VectorHit, VectorStore } from '../../platform/vectors/driver.ts';
import type { Embedder } from './embedder.ts';
import type { EmbeddingRepository } from './repository.ts';
import { asQuestion } from './wording.ts';

type Deps = {
  repository: Pick<EmbeddingRepository, 'live'>;
  vectors: Pick<VectorStore, 'search'>;
  embedder: Pick<Embedder, 'ask'>;
  logger: Logger;
  now: Clock;
};

/** A switch in one process holds in the others after this long. */
const freshMs = seconds(2);
/** Longer nobody waits for the model, nor for the store; then the words alone have to do. */
const questionMs = seconds(3);
/** After a failure the model is left alone for a moment, so that not each question waits for it. */
const restMs = seconds(20);
const rememberedQuestions = 200;

/** Finds passages by what a question means, as far as there is an index. */
export function createMeaningSearch({ repository, vectors, embedder, logger, now }: Deps) {
  const questions = new Map<string, Float32Array>();
  let active: { at: number; index: Promise<{ id: string; model: string } | undefined> } | undefined;
  let restUntil = -Infinity;

  function current(): Promise<{ id: string; model: string } | undefined> {
    if (active && now() - active.at < freshMs) return active.index;
    const index = repository.live().then((rows) => rows.find(({ state }) => state === 'active'));
    active = { at: now(), index };
    index.catch(() => (active = undefined));
    return index;
  }

  async function vectorOf(model: string, text: string): Promise<Float32Array | undefined> {
    const key = `${model}\n${text}`;
    const known = questions.get(key);
    if (known) return known;
    const vector = await embedder.ask(model, asQuestion(model, text), AbortSignal.timeout(questionMs));
    if (!vector) return undefined;
    const [oldest] = questions.keys();
    if (questions.size >= rememberedQuestions && oldest !== undefined) questions.delete(oldest);
    questions.set(key, vector);
    return vector;
  }

  const find = (index: string, scope: SearchScope, vector: Float32Array, limit: number): Promise<VectorHit[]> =>
    vectors.search({ index, scope, vector, limit, signal: AbortSignal.timeout(questionMs) });

  async function asking<T>(
    text: string,
    work: (index: { id: string; model: string }, vector: Float32Array) => Promise<T>,
  ): Promise<T | undefined> {
    const index = await current();
    if (!index || now() < restUntil) return undefined;
    try {
      const vector = await vectorOf(index.model, text);
      return vector && (await work(index, vector));
    } catch (error) {
      restUntil = now() + restMs;
      logger.warn({ err: error, model: index.model }, 'nothing could be found by meaning; words alone have to do');
      return undefined;
    }
  }

  return {
    /** The index that is asked is another one now. */
    forget: (): void => void (active = undefined),

    /** What embeds now. */
    model: async (): Promise<string | undefined> => (await current())?.model,

    /** The nearest passages of the scope, best first; none where there is no index, or the model or the store does not answer in time. */
    search: async (scope: SearchScope, text: string, limit: number): Promise<VectorHit[]> =>
      (await asking(text, ({ id }, vector) => find(id, scope, vector, limit))) ?? [],

    /** A question for what is in no index; undefined where nothing embeds, or not in time. */
    question: (text: string): Promise<{ model: string; vector: Float32Array } | undefined> =>
      asking(text, ({ model }, vector) => Promise.resolve({ model, vector })),
  };
}

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
/** After a failure the model, or the store, is left alone for a moment, so that not each question waits for it. */
const restMs = seconds(20);
const rememberedQuestions = 200;

/** Finds passages by what a question means, as far as there is an index. */
export function createMeaningSearch({ repository, vectors, embedder, logger, now }: Deps) {
  const questions = new Map<string, Float32Array>();
  let active: { at: number; index: Promise<{ id: string; model: string } | undefined> } | undefined;
  const restUntil = { model: -Infinity, store: -Infinity };

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

  /** Null where the model does not answer, or has not a moment ago. */
  async function embedded(model: string, text: string): Promise<Float32Array | null> {
    if (now() < restUntil.model) return null;
    try {
      return (await vectorOf(model, text)) ?? null;
    } catch (error) {
      restUntil.model = now() + restMs;
      logger.warn({ err: error, model }, 'a question could not be embedded; words alone have to do');
      return null;
    }
  }

  /** Null where the store does not answer in time. One search that takes too long says nothing of the next one, which may look at less. */
  async function find(query: Omit<Parameters<VectorStore['search']>[0], 'signal'>): Promise<VectorHit[] | null> {
    if (now() < restUntil.store) return null;
    const signal = AbortSignal.timeout(questionMs);
    try {
      return await vectors.search({ ...query, signal });
    } catch (error) {
      if (!signal.aborted) restUntil.store = now() + restMs;
      logger.warn({ err: error }, 'vectors could not be searched; words alone have to do');
      return null;
    }
  }

  return {
    /** The index that is asked is another one now. */
    forget: (): void => void (active = undefined),

    /** What embeds now. */
    model: async (): Promise<string | undefined> => (await current())?.model,

    /** The nearest passages of the scope, best first; none where there is no index, null where the model or the store does not answer in time. */
    async search(scope: SearchScope, text: string, limit: number): Promise<VectorHit[] | null> {
      const index = await current();
      if (!index) return [];
      const vector = await embedded(index.model, text);
      return vector && find({ index: index.id, scope, vector, limit });
    },

    /** A question for what is in no index; undefined where nothing embeds, or not in time. */
    async question(text: string): Promise<{ model: string; vector: Float32Array } | undefined> {
      const index = await current();
      const vector = index && (await embedded(index.model, text));
      return vector ? { model: index.model, vector } : undefined;
    },
  };
}

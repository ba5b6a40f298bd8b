import type { RerankCheck } from '../../../shared/api/reranking.ts';
import type { SettingValues } from '../../../shared/api/settings.ts';
import { seconds, type Clock } from '../../lib/clock.ts';
import { AppError } from '../../lib/errors.ts';
import type { Logger } from '../../lib/logger.ts';
import type { ModelService } from '../models/service.ts';
import { judgeByChat, judgeByReranker, type Judge } from './judges.ts';

export type RerankSettings = SettingValues<'finding'>;

type Deps = {
  models: Pick<ModelService, 'resolve' | 'call' | 'stream'>;
  settings(): Promise<RerankSettings>;
  logger: Logger;
  now: Clock;
};

/** What a model made of passages: a score for each, higher is better; null where it failed or took too long. */
export type Reranked = { model: string; scores: readonly number[] | null };

/** After a failure the model is left alone for a moment, so that not each question waits for it. */
const restMs = seconds(20);
/** The first call to a model may load it. */
const checkMs = seconds(60);

const sample = {
  question: 'How long does it take to boil an egg?',
  texts: ['The harbour was built in 1871.', 'An egg is soft after five minutes in boiling water.'],
};

/** A second look at what was found, by a model that reads question and passage together. Off until an admin chooses one. */
export function createReranker({ models, settings, logger, now }: Deps) {
  const judges: Record<'reranker' | 'chat', Judge> = {
    reranker: judgeByReranker(models),
    chat: judgeByChat(models),
  };
  let rest = { model: '', until: -Infinity };

  return {
    /** Null where no model is asked. Never rejects: what was found stands in its own order then, also when the signal fires. */
    async rerank(question: string, texts: readonly string[], signal?: AbortSignal): Promise<Reranked | null> {
      const { rerank, rerank_model: model, rerank_timeout_seconds: limit } = await settings();
      if (rerank === 'off' || model === '' || texts.length < 2) return null;
      if (rest.model === model && now() < rest.until) return { model, scores: null };
      const within = AbortSignal.any([AbortSignal.timeout(seconds(limit)), ...(signal ? [signal] : [])]);
      try {
        return { model, scores: await judges[rerank]({ model, question, texts }, within) };
      } catch (error) {
        if (signal?.aborted) return { model, scores: null };
        rest = { model, until: now() + restMs };
        logger.warn({ err: error, model }, 'what was found could not be put in order by the model');
        return { model, scores: null };
      }
    },

    /** The model that is asked; null for none. */
    async chosen(): Promise<string | null> {
      const { rerank, rerank_model: model } = await settings();
      return rerank === 'off' || model === '' ? null : model;
    },

    /** Lets the chosen model put two texts in order. The errors of its provider; CONFLICT where none is chosen. */
    async check(): Promise<RerankCheck> {
      const { rerank, rerank_model: model } = await settings();
      if (rerank === 'off' || model === '')
        throw new AppError('CONFLICT', { message: 'No model is chosen. Choose one and save first.' });
      const started = now();
      const [wrong = 0, right = 0] = await judges[rerank]({ model, ...sample }, AbortSignal.timeout(checkMs));
      rest = { model: '', until: -Infinity };
      return { model, ms: Math.max(0, Math.round(now() - started)), sensible: right > wrong };
    },
  };
}
export type Reranker = ReturnType<typeof createReranker>;

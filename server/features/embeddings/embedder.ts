import { setTimeout as sleep } from 'node:timers/promises';
import { seconds } from '../../lib/clock.ts';
import { AppError } from '../../lib/errors.ts';
import { isTransient } from '../../platform/llm/errors.ts';
import type { ModelService, ResolvedModel } from '../models/service.ts';

export type EmbedderModels = Pick<ModelService, 'resolve' | 'call'>;

/** Texts in one request. */
export const batchSize = 64;
const retryDelays = [seconds(1), seconds(4)];

/** The instance asks for itself, so that the index is the same whoever's files are in it. */
const instance = { userId: '', role: 'admin' } as const;

/** Asks a model for vectors. Throws MODEL_NOT_FOUND, the errors of a provider, and PROVIDER_ERROR for vectors that are none. */
export function createEmbedder(models: EmbedderModels, delays: readonly number[] = retryDelays) {
  async function resolve(model: string): Promise<ResolvedModel> {
    const resolved = await models.resolve({ requested: model, kind: 'embedding', actor: instance });
    if (!resolved.provider.embed)
      throw new AppError('MODEL_NOT_FOUND', {
        message: `${resolved.provider.name} cannot make embeddings. Choose a model of another provider.`,
      });
    return resolved;
  }

  async function once(model: string, input: readonly string[], signal: AbortSignal): Promise<Float32Array[]> {
    const resolved = await resolve(model);
    const { vectors } = await models.call(
      resolved,
      async ({ provider, model: name }) =>
        (await provider.embed?.({ model: name, input }, signal)) ?? { vectors: [], usage: null },
      signal,
      // Vectors of two models do not compare: nobody may answer in its place.
      { suits: () => false },
    );
    const made = vectors.map((vector) => Float32Array.from(vector));
    const width = made[0]?.length ?? 0;
    const sound = made.every((vector) => vector.length === width && vector.every(Number.isFinite));
    if (made.length !== input.length || width === 0 || !sound)
      throw new AppError('PROVIDER_ERROR', {
        message: `${resolved.provider.name} answered with something else than vectors.`,
      });
    return made;
  }

  return {
    resolve,

    /** One vector a text. What fails in passing is tried again, twice at most. */
    async embed(model: string, input: readonly string[], signal: AbortSignal): Promise<Float32Array[]> {
      for (let attempt = 0; ; attempt += 1) {
        try {
          return await once(model, input, signal);
        } catch (error) {
          const delay = delays[attempt];
          if (delay === undefined || signal.aborted || !isTransient(error)) throw error;
          await sleep(delay, undefined, { signal });
        }
      }
    },

    /** A question: one try, as somebody waits. */
    ask: async (model: string, text: string, signal: AbortSignal): Promise<Float32Array | undefined> =>
      (await once(model, [text], signal))[0],
  };
}
export type Embedder = ReturnType<typeof createEmbedder>;

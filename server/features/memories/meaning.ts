import { minutes, type Clock } from '../../lib/clock.ts';
import type { Logger } from '../../lib/logger.ts';
import { createRecent } from '../../lib/recent.ts';
import { isTransient } from '../../platform/llm/errors.ts';
import type { JobQueue } from '../../platform/jobs/driver.ts';
import type { EmbeddingService } from '../embeddings/service.ts';
import { cosine } from './ranking.ts';
import type { MemoryRepository } from './repository.ts';

declare module '../../platform/jobs/driver.ts' {
  interface JobPayloads {
    'memories.embed': { user_id: string };
  }
}

type Deps = {
  repository: Pick<MemoryRepository, 'vectors' | 'unembedded' | 'keepVector'>;
  embeddings: Pick<EmbeddingService, 'question' | 'texts'>;
  jobs: Pick<JobQueue, 'enqueue' | 'handle'>;
  logger: Pick<Logger, 'warn'>;
  now: Clock;
};

const AT_ONCE = 64;
/** What could not be embedded is tried again after this long, however many questions are asked meanwhile. */
const REST_MS = minutes(10);

type Row = Awaited<ReturnType<MemoryRepository['unembedded']>>[number];

/** How near memories are to a question, as far as a model embeds here. */
export function createMemoryMeaning({ repository, embeddings, jobs, logger, now }: Deps) {
  const failed = createRecent<true>({ forMs: REST_MS, now });

  async function embed(model: string, rows: readonly Row[], signal: AbortSignal): Promise<void> {
    const texts = rows.map(({ content }) => content);
    const vectors = await embeddings.texts.embed(model, texts, signal);
    for (const [at, { id, content_key }] of rows.entries()) {
      const vector = vectors[at];
      if (vector) await repository.keepVector({ memory_id: id, model, content_key, vector });
    }
  }

  /** Why some could not be embedded, undefined where all were; and how many were. One that a model refuses takes no other along. */
  async function embedEach(model: string, rows: readonly Row[], signal: AbortSignal) {
    let failure: unknown;
    let done = 0;
    const attempt = (some: readonly Row[]): Promise<void> =>
      embed(model, some, signal).then(
        () => void (done += some.length),
        (error: unknown) => void (failure = error),
      );
    await attempt(rows);
    const apart = failure !== undefined && !isTransient(failure) && rows.length > 1;
    for (const row of apart ? rows : []) if (!signal.aborted) await attempt([row]);
    return { failure, done };
  }

  jobs.handle('memories.embed', async ({ user_id: userId }, { signal }) => {
    for (let after: string | undefined; ;) {
      const model = await embeddings.texts.model();
      if (model === undefined || (after === undefined && failed.get(`${userId} ${model}`))) return;
      const rows = await repository.unembedded(userId, { model, after, limit: AT_ONCE });
      if (rows.length === 0) return;
      const { failure, done } = await embedEach(model, rows, signal);
      signal.throwIfAborted();
      after = rows.at(-1)?.id;
      if (failure === undefined) continue;
      failed.set(`${userId} ${model}`, true);
      logger.warn({ err: failure, model }, 'memories could not be embedded');
      // Else it is the model, and not what they say.
      if (done === 0) return;
    }
  });

  /** Nobody's answer waits for it, or fails with it. */
  function embedSoon(userId: string): void {
    jobs
      .enqueue('memories.embed', { user_id: userId }, { queue: 'models', dedupeKey: `memories.embed:${userId}` })
      .catch((error: unknown) => logger.warn({ err: error }, 'memories could not be queued for embedding'));
  }

  return {
    /** Cosines by the ids of memories; empty where nothing embeds. What is not embedded yet is, for the next question. */
    async near(userId: string, question: string, memories: number): Promise<ReadonlyMap<string, number>> {
      const asked = await embeddings.question(question);
      if (!asked) return new Map();
      const known = await repository.vectors(userId, asked.model);
      if (known.length < memories && !failed.get(`${userId} ${asked.model}`)) embedSoon(userId);
      return new Map(known.map(({ id, vector }) => [id, cosine(asked.vector, vector)]));
    },
  };
}

import type { Kysely } from 'kysely';
import type { EmbeddingsEstimate, EmbeddingsOverview, embeddingStates } from '../../../shared/api/embeddings.ts';
import type { DB } from '../../db/schema.ts';
import type { InTransaction } from '../../db/transaction.ts';
import type { Clock } from '../../lib/clock.ts';
import { AppError } from '../../lib/errors.ts';
import { newId } from '../../lib/ids.ts';
import type { Logger } from '../../lib/logger.ts';
import type { JobContext, JobQueue } from '../../platform/jobs/driver.ts';
import type { VectorStore } from '../../platform/vectors/driver.ts';
import type { AuditService } from '../audit/service.ts';
import { createIndexBuilder } from './builder.ts';
import { batchSize, createEmbedder, type EmbedderModels } from './embedder.ts';
import { beforeEvery, createEmbeddingRepository, type IndexRow } from './repository.ts';
import { createMeaningSearch } from './search.ts';
import { asPassage } from './wording.ts';

type Deps = {
  db: Kysely<DB>;
  inTransaction: InTransaction;
  models: EmbedderModels;
  vectors: VectorStore;
  jobs: Pick<JobQueue, 'enqueue'>;
  audit: Pick<AuditService, 'record'>;
  /** EMBEDDING_MODEL: then it is the only one. */
  configured: string | undefined;
  logger: Logger;
  now: Clock;
  retryDelays?: readonly number[];
};

const filesAtOnce = 200;
const charactersPerToken = 4;
const iso = (ms: number): string => new Date(ms).toISOString();
const queue = 'models';

/** Which model embeds the passages, its index, and how one comes from one model to the next without a gap. */
export function createEmbeddingService(deps: Deps) {
  const { db, inTransaction, models, vectors, jobs, audit, configured, logger, now } = deps;
  const repository = createEmbeddingRepository(db);
  const embedder = createEmbedder(models, deps.retryDelays);
  const meaning = createMeaningSearch({ repository, vectors, embedder, logger, now });
  const builder = createIndexBuilder({ repository, vectors, embedder, onComplete: activate, logger });

  const inState = async (state: IndexRow['state']): Promise<IndexRow | undefined> =>
    (await repository.live()).find((row) => row.state === state);

  /** In one step for everybody: the next question asks this index, and the one before is kept for the way back. */
  async function activate(index: IndexRow): Promise<void> {
    const done = await inTransaction(async (tx) => {
      const inside = createEmbeddingRepository(tx);
      if (
        !(await inside.advance(index.id, ['building', 'previous'], {
          state: 'active',
          activated_at: now(),
          error: null,
        }))
      )
        return false;
      await inside.advanceOthers(index.id, 'previous', 'gone');
      await inside.advanceOthers(index.id, 'active', 'previous');
      return true;
    });
    meaning.forget();
    if (!done) return;
    await jobs.enqueue('database.statistics', { filled: true }, { dedupeKey: 'database.statistics' });
    logger.info({ model: index.model }, 'passages are found by this embedding model now');
    await clean();
  }

  const clean = (): Promise<void> => jobs.enqueue('embeddings.clean', {}, { queue, dedupeKey: 'embeddings.clean' });
  const build = ({ id }: Pick<IndexRow, 'id'>): Promise<void> =>
    jobs.enqueue('embeddings.build', { index_id: id }, { queue, dedupeKey: `embeddings.build:${id}` });

  async function begin(model: string): Promise<void> {
    const row: IndexRow = { id: newId(), model, state: 'building', error: null, created_at: now(), activated_at: null };
    await inTransaction(async (tx) => {
      const inside = createEmbeddingRepository(tx);
      await inside.advanceOthers(null, 'building', 'gone');
      await inside.add(row);
    });
    await build(row);
    await clean();
  }

  const refuseOther = (model?: string): void => {
    if (configured !== undefined && model !== configured)
      throw new AppError('CONFLICT', { message: `The environment decides: EMBEDDING_MODEL is ${configured}.` });
  };

  async function overview(): Promise<EmbeddingsOverview> {
    const [rows, counts, passages] = await Promise.all([
      repository.live(),
      repository.counts(),
      repository.passageCount(),
    ]);
    const indexes = rows.map(({ id, model, state, error, created_at, activated_at }) => ({
      model,
      state: state as (typeof embeddingStates)[number],
      done: counts.get(id) ?? 0,
      error,
      created_at: iso(Number(created_at)),
      activated_at: activated_at === null ? null : iso(Number(activated_at)),
    }));
    return { passages, locked: configured ?? null, indexes };
  }

  return {
    overview,
    search: meaning.search,
    activeModel: async (): Promise<string | null> => (await inState('active'))?.model ?? null,
    question: meaning.question,
    /** For what is found by meaning and is no passage of a file. */
    texts: {
      model: meaning.model,
      embed: (model: string, texts: readonly string[], signal: AbortSignal): Promise<Float32Array[]> =>
        embedder.embed(
          model,
          texts.map((text) => asPassage(model, text)),
          signal,
        ),
    },

    /** What indexing everything with this model means. Asks it nothing. */
    async estimate(model: string): Promise<EmbeddingsEstimate> {
      const { id } = await embedder.resolve(model);
      const sum = { passages: 0, calls: 0, tokens: 0 };
      for (let after = beforeEvery; ;) {
        const sizes = await repository.sizes(after, filesAtOnce);
        for (const { passages, characters } of sizes) {
          sum.passages += passages;
          sum.calls += Math.ceil(passages / batchSize);
          sum.tokens += Math.ceil(characters / charactersPerToken);
        }
        const next = await repository.nextFiles(after, filesAtOnce);
        if (next === undefined) return { model: id, ...sum };
        after = next;
      }
    },

    /** Begins an index with this model beside the one that is asked; one text is embedded at once, to see that it works. */
    async start(model: string): Promise<EmbeddingsOverview> {
      const { id } = await embedder.resolve(model);
      if (model !== configured) refuseOther(id);
      if ((await repository.live()).some((row) => row.model === id && row.state !== 'previous'))
        throw new AppError('CONFLICT', { message: `${id} is in use or being indexed already.` });
      await embedder.ask(id, 'A text to try the model with.', AbortSignal.timeout(60_000));
      await begin(id);
      await audit.record({ action: 'embeddings.started', target: { kind: 'instance', id: 'embeddings', name: id } });
      return overview();
    },

    /** Gives up the index that is being built. */
    async cancel(): Promise<EmbeddingsOverview> {
      const building = await inState('building');
      if (!building || !(await repository.advance(building.id, ['building'], { state: 'gone' })))
        throw new AppError('CONFLICT', { message: 'Nothing is being indexed.' });
      await clean();
      const target = { kind: 'instance', id: 'embeddings', name: building.model };
      await audit.record({ action: 'embeddings.cancelled', target });
      return overview();
    },

    /** Back to the index before, at once; what came since is added to it in the background. */
    async rollBack(): Promise<EmbeddingsOverview> {
      const previous = await inState('previous');
      if (!previous) throw new AppError('CONFLICT', { message: 'There is no earlier index to go back to.' });
      refuseOther(configured === undefined ? undefined : previous.model);
      await activate(previous);
      await build(previous);
      const target = { kind: 'instance', id: 'embeddings', name: previous.model };
      await audit.record({ action: 'embeddings.rolled_back', target });
      return overview();
    },

    /** From now on words alone are searched for; every vector is deleted. */
    async switchOff(): Promise<EmbeddingsOverview> {
      refuseOther();
      for (const state of ['building', 'active', 'previous'] as const)
        await repository.advanceOthers(null, state, 'gone');
      meaning.forget();
      await clean();
      await audit.record({ action: 'embeddings.switched_off', target: { kind: 'instance', id: 'embeddings' } });
      return overview();
    },

    /** A file has new passages, or is gone. */
    async fileChanged(fileId: string): Promise<void> {
      if ((await repository.live()).length > 0) await jobs.enqueue('embeddings.file', { file_id: fileId }, { queue });
    },

    build: (indexId: string, context: JobContext): Promise<void> => builder.build(indexId, context),
    addFile: (fileId: string, context: JobContext): Promise<void> => builder.addFile(fileId, context),

    /** Deletes what is gone, piece by piece, and what else its model has embedded. */
    async clean({ signal }: Pick<JobContext, 'signal'>): Promise<void> {
      for (const { id } of await repository.gone()) {
        await vectors.removeIndex(id);
        while (await repository.deleteSome(id)) signal.throwIfAborted();
      }
      const models = (await repository.live()).map(({ model }) => model);
      while (await repository.deleteSomeTexts(models)) signal.throwIfAborted();
    },

    /** Begins what the environment asks for, and goes on with what was cut off or fell behind. Harmless when nothing is to do. */
    async catchUp(): Promise<void> {
      const rows = await repository.live();
      const newest = rows.find(({ state }) => state === 'building') ?? rows.find(({ state }) => state === 'active');
      if (configured !== undefined && newest?.model !== configured) await begin(configured);
      for (const row of rows) await build(row);
      if ((await repository.gone()).length > 0) await clean();
    },
  };
}
export type EmbeddingService = ReturnType<typeof createEmbeddingService>;

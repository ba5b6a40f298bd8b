import type { Logger } from '../../lib/logger.ts';
import { AppError } from '../../lib/errors.ts';
import type { JobContext } from '../../platform/jobs/driver.ts';
import type { FileVector, VectorStore } from '../../platform/vectors/driver.ts';
import { batchSize, type Embedder } from './embedder.ts';
import { beforeEvery, type EmbeddingRepository, type IndexRow, type MissingFile } from './repository.ts';
import { asPassage, hashOf } from './wording.ts';

type Deps = {
  repository: EmbeddingRepository;
  vectors: VectorStore;
  embedder: Embedder;
  /** An index that was being built has everything: it takes over. */
  onComplete: (index: IndexRow) => Promise<void>;
  logger: Logger;
};

const filesAtOnce = 50;

/** Puts passages into indexes, in the background. Whatever is cut off goes on with the next file where it stopped. */
export function createIndexBuilder({ repository, vectors, embedder, onComplete, logger }: Deps) {
  async function embedFile({ id, model }: IndexRow, file: MissingFile, signal: AbortSignal): Promise<number> {
    const passages = await repository.passagesOf(file.id);
    const [first] = passages;
    if (!first) {
      await vectors.removeFile(id, file.id);
      return 0;
    }
    const texts = passages.map(({ ordinal, text }) => {
      const whole = asPassage(model, text);
      return { ordinal, text: whole, hash: hashOf(whole) };
    });
    const byHash = await vectors.known(
      id,
      texts.map(({ hash }) => hash),
    );
    const wanted = [...new Map(texts.filter(({ hash }) => !byHash.has(hash)).map((each) => [each.hash, each.text]))];
    for (let at = 0; at < wanted.length; at += batchSize) {
      signal.throwIfAborted();
      const batch = wanted.slice(at, at + batchSize);
      const made = await embedder.embed(
        model,
        batch.map(([, text]) => text),
        signal,
      );
      for (const [place, [hash]] of batch.entries()) {
        const vector = made[place];
        if (vector) byHash.set(hash, vector);
      }
    }
    const rows = texts.flatMap(({ ordinal, hash }): FileVector[] => {
      const vector = byHash.get(hash);
      return vector ? [{ ordinal, hash, vector }] : [];
    });
    // False where the file was read anew meanwhile: then the new reading has asked for its own turn.
    await vectors.replaceFile(id, { ...file, first_passage: first.id }, rows);
    return passages.length;
  }

  /** Does something for an index, and keeps with it why that failed. */
  async function inIndex(index: IndexRow, work: () => Promise<void>, signal: AbortSignal): Promise<void> {
    try {
      await work();
      if (index.error !== null) await repository.advance(index.id, [index.state], { error: null });
    } catch (error) {
      if (signal.aborted) throw error;
      const reason =
        error instanceof AppError ? error.message : 'Something went wrong here. The server’s log says more.';
      logger.warn({ err: error, model: index.model }, 'passages could not be embedded');
      await repository.advance(index.id, ['building', 'active', 'previous'], { error: reason.slice(0, 500) });
      throw error;
    }
  }

  return {
    /** Everything that the index lacks. Ends early when it was cancelled. */
    async build(indexId: string, { signal, progress }: Pick<JobContext, 'signal' | 'progress'>): Promise<void> {
      const index = await repository.find(indexId);
      if (!index || index.state === 'gone') return;
      await inIndex(
        index,
        async () => {
          await vectors.reconcile(indexId, signal);
          const total = await repository.passageCount();
          let done = (await repository.counts()).get(indexId) ?? 0;
          for (let after = beforeEvery; ;) {
            const files = await repository.missing(indexId, after, filesAtOnce);
            if (files.length === 0) break;
            for (const file of files) {
              signal.throwIfAborted();
              if ((await repository.find(indexId))?.state !== index.state) return;
              done += await embedFile(index, file, signal);
              after = file.id;
              progress(Math.min(1, done / Math.max(1, total)));
            }
          }
          if (index.state === 'building') await onComplete(index);
        },
        signal,
      );
    },

    /** One file, into every index that is there; where the file is gone, out of them. */
    async addFile(fileId: string, { signal }: Pick<JobContext, 'signal'>): Promise<void> {
      const file = await repository.fileOf(fileId);
      for (const index of await repository.live())
        await inIndex(
          index,
          async () => void (await (file ? embedFile(index, file, signal) : vectors.removeFile(index.id, fileId))),
          signal,
        );
    },
  };
}

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
};

const AT_ONCE = 64;

/** How near memories are to a question, as far as a model embeds here. */
export function createMemoryMeaning({ repository, embeddings, jobs }: Deps) {
  jobs.handle('memories.embed', async ({ user_id }, { signal }) => {
    for (;;) {
      const model = await embeddings.texts.model();
      const rows = model === undefined ? [] : await repository.unembedded(user_id, model, AT_ONCE);
      if (model === undefined || rows.length === 0) return;
      const vectors = await embeddings.texts.embed(
        model,
        rows.map(({ content }) => content),
        signal,
      );
      for (const [at, { id, content_key }] of rows.entries()) {
        const vector = vectors[at];
        if (vector) await repository.keepVector({ memory_id: id, model, content_key, vector });
      }
    }
  });

  return {
    /** Cosines by the ids of memories; empty where nothing embeds. What is not embedded yet is, for the next question. */
    async near(userId: string, question: string, memories: number): Promise<ReadonlyMap<string, number>> {
      const asked = await embeddings.question(question);
      if (!asked) return new Map();
      const known = await repository.vectors(userId, asked.model);
      if (known.length < memories)
        await jobs.enqueue(
          'memories.embed',
          { user_id: userId },
          { queue: 'models', dedupeKey: `memories.embed:${userId}`, maxAttempts: 3 },
        );
      return new Map(known.map(({ id, vector }) => [id, cosine(asked.vector, vector)]));
    },
  };
}

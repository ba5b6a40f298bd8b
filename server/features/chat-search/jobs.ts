import type { InTransaction } from '../../db/transaction.ts';
import type { JobQueue } from '../../platform/jobs/driver.ts';
import type { MessageRepository } from '../chat/message-repository.ts';

declare module '../../platform/jobs/driver.ts' {
  interface JobPayloads {
    'chat-search.index': Record<string, never>;
  }
}

/** Small enough to hold nobody up. */
const BATCH = 100;

type Deps = {
  messages: Pick<MessageRepository, 'unindexed'>;
  /** The repository within a transaction. */
  inside: (tx: Parameters<Parameters<InTransaction>[0]>[0]) => Pick<MessageRepository, 'index'>;
  inTransaction: InTransaction;
};

/** Messages that were there before they could be searched get their terms; later ones bring them along. */
export function registerChatSearchJobs(
  jobs: Pick<JobQueue, 'handle'>,
  { messages, inside, inTransaction }: Deps,
): void {
  jobs.handle('chat-search.index', async (_payload, { signal }) => {
    let after: string | null = null;
    for (;;) {
      signal.throwIfAborted();
      const rows = await messages.unindexed(after, BATCH);
      const last = rows.at(-1);
      if (!last) return;
      await inTransaction((tx) => inside(tx).index(rows));
      after = last.id;
    }
  });
}

export const startIndexing = (jobs: Pick<JobQueue, 'enqueue'>): Promise<void> =>
  jobs.enqueue('chat-search.index', {}, { dedupeKey: 'chat-search.index' });

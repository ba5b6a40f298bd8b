import type { InTransaction } from '../../db/transaction.ts';
import type { Clock } from '../../lib/clock.ts';
import type { JobQueue } from '../../platform/jobs/driver.ts';
import type { MessageRepository } from '../chat/message-repository.ts';
import type { ChatSearchRepository } from './repository.ts';

declare module '../../platform/jobs/driver.ts' {
  interface JobPayloads {
    'chat-search.index': Record<string, never>;
  }
}

/** Messages looked at by one question, and written by one transaction: small enough to hold nobody up. */
const WINDOW = 1_000;
const BATCH = 100;

type Deps = {
  messages: Pick<MessageRepository, 'unindexed'>;
  /** The repository within a transaction. */
  inside: (tx: Parameters<Parameters<InTransaction>[0]>[0]) => Pick<MessageRepository, 'index'>;
  inTransaction: InTransaction;
  repository: Pick<ChatSearchRepository, 'setIndexed'>;
  now: Clock;
};

/** Messages that were there before they could be searched get their terms; later ones bring them along. */
export function registerChatSearchJobs(
  jobs: Pick<JobQueue, 'handle'>,
  { messages, inside, inTransaction, repository, now }: Deps,
): void {
  jobs.handle('chat-search.index', async (_payload, { signal }) => {
    let after: string | null = null;
    do {
      const { rows, last } = await messages.unindexed(after, WINDOW);
      for (let at = 0; at < rows.length; at += BATCH) {
        signal.throwIfAborted();
        await inTransaction((tx) => inside(tx).index(rows.slice(at, at + BATCH)));
      }
      signal.throwIfAborted();
      after = last;
    } while (after !== null);
    await repository.setIndexed(now());
  });
}

/** Once in an instance's life: it looks at every message there is. */
export async function startIndexing(
  jobs: Pick<JobQueue, 'enqueue'>,
  repository: Pick<ChatSearchRepository, 'isIndexed'>,
): Promise<void> {
  if (!(await repository.isIndexed())) await jobs.enqueue('chat-search.index', {}, { dedupeKey: 'chat-search.index' });
}

import type SQLite from 'better-sqlite3';
import { seconds } from '../../lib/clock.ts';
import { createThread } from '../../lib/thread.ts';

export type Checkpoints = {
  /** After each commit. */
  committed(): void;
  close(): Promise<void>;
};

/** So many commits between two looks at how long the log is. */
const COMMITS = 8;
/** 16 MB of pages that are not in the file yet: those that are written again and again are carried over once. */
export const CHECKPOINT_PAGES = 4_000;
const IDLE_MS = seconds(60);

/**
 * Carries what was committed from the log over into the file, in a thread of its own: it takes the disk some hundredths of a
 * second, for which SQLite's own checkpoint would hold the event loop up, after whichever commit is the one too many.
 */
export function createCheckpoints(sqlite: SQLite.Database): Checkpoints {
  const thread = createThread<null, null>(new URL('./checkpoint-worker.ts', import.meta.url), {
    name: 'checkpointing the database',
    workerData: { path: sqlite.name },
    idleMs: IDLE_MS,
  });
  const look = sqlite.prepare('pragma wal_checkpoint(noop)');
  let commits = 0;
  let running: Promise<unknown> | undefined;

  function checkpoint(): void {
    running = thread
      .ask(null)
      // Of a full disk the next write tells; the log grows meanwhile, and this is tried again.
      .catch(() => undefined)
      .finally(() => (running = undefined));
  }

  return {
    committed() {
      commits += 1;
      if (commits < COMMITS || running || sqlite.inTransaction) return;
      commits = 0;
      const { log, checkpointed } = look.get() as { log: number; checkpointed: number };
      if (log - checkpointed >= CHECKPOINT_PAGES) checkpoint();
    },
    async close() {
      await running;
      await thread.close();
    },
  };
}

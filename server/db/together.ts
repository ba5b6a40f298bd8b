import type { Engine } from './dialect.ts';
import { isCommitted, type InTransaction } from './transaction.ts';

type Waiting = { work: Parameters<InTransaction>[0]; resolve(value: unknown): void; reject(error: unknown): void };

/**
 * Transactions that share a commit. SQLite writes one at a time anyway: what comes while one is brought to the disk runs in the
 * next, one after the other. Where one of them fails, all is undone and each runs by itself; where the disk fails after the commit,
 * nothing is undone, and all are told. The other engines write side by side, and there it is `inTransaction` itself.
 */
export function createTogether(engine: Engine, inTransaction: InTransaction): InTransaction {
  if (engine !== 'sqlite') return inTransaction;
  let waiting: Waiting[] = [];
  let isRunning = false;

  const alone = ({ work, resolve, reject }: Waiting): Promise<void> => inTransaction(work).then(resolve, reject);

  async function together(all: readonly Waiting[]): Promise<void> {
    const results: unknown[] = [];
    try {
      await inTransaction(async (tx) => {
        // It may run again from its beginning.
        results.length = 0;
        for (const { work } of all) results.push(await work(tx));
      });
    } catch (error) {
      if (isCommitted(error)) for (const { reject } of all) reject(error);
      else for (const one of all) await alone(one);
      return;
    }
    for (const [at, { resolve }] of all.entries()) resolve(results[at]);
  }

  async function run(): Promise<void> {
    isRunning = true;
    while (waiting.length > 0) {
      const all = waiting;
      waiting = [];
      const [first, ...more] = all;
      if (first) await (more.length === 0 ? alone(first) : together(all));
    }
    isRunning = false;
  }

  return <T>(work: Parameters<InTransaction>[0]): Promise<T> =>
    new Promise<unknown>((resolve, reject) => {
      waiting.push({ work, resolve, reject });
      if (!isRunning) void run();
    }) as Promise<T>;
}

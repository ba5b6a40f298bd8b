import type { Transaction } from 'kysely';
import type { Engine } from '../../db/dialect.ts';
import type { DB } from '../../db/schema.ts';
import type { InTransaction } from '../../db/transaction.ts';
import type { Logger } from '../../lib/logger.ts';
import { createReservationRepository } from './reservation-repository.ts';
import type { PaidUsage } from './reservations.ts';

type Deps = { engine: Engine; inTransaction: InTransaction; logger: Pick<Logger, 'error'>; flushMs?: number };

/** Figures are stored together this often; so much is lost when the process is killed. */
const FLUSH_MS = 250;

type Sum = { messages: number; prompt_tokens: number; completion_tokens: number; cost: number };
/** Sums by model. */
type Day = { userId: string; day: string; models: Map<string, Sum> };

/**
 * Counts the calls of people without limits. Nothing can be refused to them, so what they use is gathered and stored in one
 * transaction: a durable write before and after each call would cost more than all else that is done for it.
 */
export function createTally({ engine, inTransaction, logger, flushMs = FLUSH_MS }: Deps) {
  let waiting = new Map<string, Day>();
  let timer: NodeJS.Timeout | undefined;
  let storing: Promise<void> = Promise.resolve();

  function add(userId: string, day: string, model: string, sum: Sum): void {
    const key = `${day} ${userId}`;
    const entry = waiting.get(key) ?? { userId, day, models: new Map<string, Sum>() };
    const before = entry.models.get(model);
    entry.models.set(model, {
      messages: (before?.messages ?? 0) + sum.messages,
      prompt_tokens: (before?.prompt_tokens ?? 0) + sum.prompt_tokens,
      completion_tokens: (before?.completion_tokens ?? 0) + sum.completion_tokens,
      cost: (before?.cost ?? 0) + sum.cost,
    });
    waiting.set(key, entry);
    timer ??= setTimeout(() => void flush(), flushMs);
  }

  const store = ({ userId, day, models }: Day): Promise<void> =>
    inTransaction(async (tx: Transaction<DB>) => {
      const tables = createReservationRepository(tx, engine);
      const total = { messages: 0, tokens: 0 };
      for (const sum of models.values()) {
        total.messages += sum.messages;
        total.tokens += sum.prompt_tokens + sum.completion_tokens;
      }
      if (!(await tables.add(userId, day, total))) {
        // The day's first, or somebody who is gone.
        if (!(await tables.exists(userId))) return;
        await tables.beginDay(userId, day);
        await tables.add(userId, day, total);
      }
      for (const [model, sum] of models) await tables.addToHistory({ user_id: userId, day, model, ...sum });
    });

  /** Resolves when what waits is stored. Never rejects: what could not be stored is tried again. */
  function flush(): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    if (waiting.size === 0) return storing;
    const taken = waiting;
    waiting = new Map();
    storing = storing.then(async () => {
      for (const entry of taken.values()) {
        try {
          await store(entry);
        } catch (error) {
          logger.error({ err: error }, 'what was used could not be counted; it is tried again');
          for (const [model, sum] of entry.models) add(entry.userId, entry.day, model, sum);
        }
      }
    });
    return storing;
  }

  return {
    note: (userId: string, day: string, { model, ...used }: PaidUsage): void =>
      add(userId, day, model, { messages: 1, ...used }),
    flush,
    /** Stores what waits, and gives up what cannot be stored. */
    async stop(): Promise<void> {
      await flush();
      clearTimeout(timer);
    },
  };
}

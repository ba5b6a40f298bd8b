import type { Kysely, Transaction } from 'kysely';
import type { Engine } from '../../db/dialect.ts';
import type { DB, QuotaHolds } from '../../db/schema.ts';
import type { InTransaction } from '../../db/transaction.ts';
import { seconds, type Clock } from '../../lib/clock.ts';
import type { AppError } from '../../lib/errors.ts';
import { newId } from '../../lib/ids.ts';
import type { Logger } from '../../lib/logger.ts';
import { dayOf } from './day.ts';
import type { LimitsOf } from './limits.ts';
import { createReservationRepository } from './reservation-repository.ts';
import { createTally } from './tally.ts';

/** How often a process says that its calls still run. */
const BEAT_MS = seconds(5);
/** Calls of a process that was silent for this long have died with it. Well above the beat: a busy process is late. */
const SILENCE_MS = seconds(30);

/** Characters of a model's id that the history keeps. */
const MODEL_LENGTH = 190;

/** `cost`, in millionths, where who called knows it better than the price of that one model says. */
export type Usage = { model: string; prompt_tokens: number; completion_tokens: number; cost?: number | undefined };
export type PaidUsage = Usage & { cost: number };

/** Tokens that are held for one call. Ends by one `settle` or one `release`; what comes after that does nothing. */
export type Reservation = {
  /** The call was made and cost this much, by the model that answered in the end. Never rejects: what could not be stored is tried again. */
  settle(usage: Usage): Promise<void>;
  /** There was no call: everything is given back, the message too. Never rejects. */
  release(): Promise<void>;
};

type Deps = {
  db: Kysely<DB>;
  engine: Engine;
  inTransaction: InTransaction;
  limitsOf: LimitsOf;
  /** What this costs now, in millionths; null where the model has no price. */
  costOf(usage: Usage): number | null;
  exceeded: (userId: string, day: string, limits: Awaited<ReturnType<LimitsOf>>) => Promise<AppError>;
  /** A call of somebody with limits was counted. */
  counted(userId: string): void;
  logger: Pick<Logger, 'error'>;
  now: Clock;
};

/**
 * Counts calls before they are made. What is held is a row that its process renews; a process that dies gives everything
 * back by its silence, to whichever process looks next.
 */
export function createReservations(deps: Deps) {
  const { db, engine, inTransaction, limitsOf, costOf, exceeded, counted, logger, now } = deps;
  const owner = newId();
  /** Ends that could not be stored yet. */
  const unsettled = new Set<() => Promise<void>>();
  let timer: NodeJS.Timeout | undefined;
  const paid = (usage: Usage): PaidUsage => ({
    ...usage,
    model: usage.model.slice(0, MODEL_LENGTH),
    cost: usage.cost ?? costOf(usage) ?? 0,
  });
  const tally = createTally({ engine, inTransaction, logger });

  const within = <T>(work: (tables: ReturnType<typeof createReservationRepository>) => Promise<T>): Promise<T> =>
    inTransaction((tx: Transaction<DB>) => work(createReservationRepository(tx, engine)));

  const giveBack = (hold: QuotaHolds): Promise<void> =>
    within(async (tables) => {
      if (await tables.letGo(hold.id)) await tables.add(hold.user_id, hold.day, { messages: -1, tokens: -hold.tokens });
    });

  const charge = ({ id, user_id, day, tokens }: QuotaHolds, usage: PaidUsage): Promise<void> =>
    within(async (tables) => {
      const total = usage.prompt_tokens + usage.completion_tokens;
      // Given back already, where this process was taken for dead: then all of it is still to be counted.
      const counts = (await tables.letGo(id))
        ? { messages: 0, tokens: total - tokens }
        : { messages: 1, tokens: total };
      if (!(await tables.add(user_id, day, counts))) return;
      await tables.addToHistory({ ...usage, user_id, day, messages: 1 });
    });
  const chargeAndLook = async (hold: QuotaHolds, usage: PaidUsage): Promise<void> => {
    await charge(hold, usage);
    counted(hold.user_id);
  };

  async function end(work: () => Promise<void>): Promise<void> {
    try {
      await work();
      unsettled.delete(work);
    } catch (error) {
      unsettled.add(work);
      logger.error({ err: error }, 'the cost of a call could not be counted; it is tried again');
    }
  }

  async function beat(): Promise<void> {
    const at = now();
    const tables = createReservationRepository(db, engine);
    await tables.renew(owner, at + SILENCE_MS);
    for (const work of unsettled) await end(work);
    for (const hold of await tables.expired(at)) await giveBack(hold);
  }

  return {
    /**
     * Takes one of today's messages and an estimate of tokens, in one step for any number of calls at once, or throws
     * QUOTA_EXCEEDED with the seconds until midnight UTC. A person with any tokens left may ask once more; so a quota is
     * exceeded by one call at most. 0 forbids.
     */
    async reserve(userId: string, { tokens }: { tokens: number }): Promise<Reservation> {
      const at = now();
      const limits = await limitsOf(userId);
      let open = true;
      if (limits.messages_per_day === null && limits.tokens_per_day === null) {
        const over = (): Promise<void> => {
          open = false;
          return Promise.resolve();
        };
        return {
          settle(usage) {
            if (open) tally.note(userId, dayOf(at), paid(usage));
            return over();
          },
          release: over,
        };
      }
      const once = async (work: () => Promise<void>): Promise<void> => {
        if (!open) return;
        open = false;
        await end(work);
      };
      // A limit may be new: what was used before it counts.
      await tally.flush();
      const hold = { id: newId(), user_id: userId, day: dayOf(at), tokens, owner, expires_at: at + SILENCE_MS };
      const take = (): Promise<boolean> =>
        within(async (tables) => {
          const taken = await tables.take(hold, limits);
          if (taken) await tables.hold(hold);
          return taken;
        });
      if (!(await take())) {
        // Perhaps only because this is the day's first.
        await createReservationRepository(db, engine).beginDay(userId, hold.day);
        if (!(await take())) throw await exceeded(userId, hold.day, limits);
      }
      return {
        settle: (usage) => once(() => chargeAndLook(hold, paid(usage))),
        release: () => once(() => giveBack(hold)),
      };
    },

    /** What the timer does: says that this process lives, and gives back what dead ones held. */
    beat,

    start(): void {
      const tick = (): void =>
        void beat().catch((error: unknown) => logger.error({ err: error }, 'reservations could not be looked after'));
      tick();
      timer = setInterval(tick, BEAT_MS);
      timer.unref();
    },

    /** Resolves when everything that was settled until now is stored. */
    flush: tally.flush,

    /** Stores what is left to store. After everything that reserves has ended. */
    async stop(): Promise<void> {
      clearInterval(timer);
      await tally.stop();
      for (const work of unsettled) await end(work);
    },
  };
}

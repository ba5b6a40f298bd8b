import { setImmediate as nextTurn } from 'node:timers/promises';
import type { TokenUsage } from '../../../shared/api/passages.ts';
import type { ChatEvent } from '../../../shared/stream.ts';
import type { GenerationStatus } from '../../db/schema.ts';
import type { Clock } from '../../lib/clock.ts';
import { newId } from '../../lib/ids.ts';
import type { Logger } from '../../lib/logger.ts';
import type { EventBus } from '../../platform/events/driver.ts';
import type { GenerationRepository } from './generation-repository.ts';
import { createLiveGeneration, type GenerationIds, type LiveGeneration } from './live-generation.ts';
import type { MessageRow } from './message-repository.ts';
import { reapAbandoned, type ChatTransaction } from './reaper.ts';

/** All streams that have something new are saved together this often: at most this much text is lost in a crash. */
const FLUSH_MS = 250;
const HEARTBEAT_MS = 1_000;
/** Must stay well above the heartbeat: a busy writer is late, a dead one is silent. */
export const ABANDONED_MS = 6_000;
const REAP_MS = 2_000;
const SETTLE_RETRY_MS = 1_000;
/** A temporary answer that has ended can still be read for this long: by whoever lost the connection just before. */
const LINGER_MS = 60_000;

/** How a run ended: the last event, and what is kept with the message. */
export type Ending = {
  status: Exclude<GenerationStatus, 'running'>;
  event: ChatEvent;
  message: Partial<MessageRow>;
  /** What this run cost, where the provider said. */
  usage: TokenUsage | null;
};

export type GenerationEngine = ReturnType<typeof createGenerationEngine>;

type Deps = {
  generations: GenerationRepository;
  transaction: ChatTransaction;
  events: EventBus;
  logger: Logger;
  now: Clock;
};

/**
 * Runs generations, whoever listens or not, and keeps their log: one transaction saves every stream that has something new,
 * one heartbeat speaks for all of this process, and what another process left behind is marked interrupted.
 */
export function createGenerationEngine({ generations, transaction, events, logger, now }: Deps) {
  const owner = newId();
  const live = new Map<string, LiveGeneration>();
  /** Runs whose record is still being stored: nothing can be added to it yet. */
  const unstored = new Set<LiveGeneration>();
  const running = new Set<Promise<void>>();
  const timers: NodeJS.Timeout[] = [];
  const answered: ((generation: LiveGeneration) => void)[] = [];
  let saving: Promise<void> = Promise.resolve();
  let closing = false;
  let stopping = false;

  const stored = (): LiveGeneration[] =>
    [...live.values()].filter((one) => one.conversationId !== null && !unstored.has(one));

  const flush = (): Promise<void> => {
    saving = saving.then(async () => {
      const taken = stored().flatMap((generation) => {
        const unsaved = generation.takeUnsaved();
        return unsaved ? [{ generation, unsaved }] : [];
      });
      if (!taken.length) return;
      try {
        const rows = taken.map(({ generation, unsaved }) => logRow(generation.id, unsaved));
        await transaction((tx) => tx.generations.appendLog(rows));
        events.publish('generation_log.saved', { owner });
      } catch (error) {
        for (const { generation, unsaved } of taken) generation.putBack(unsaved);
        logger.error({ err: error }, 'the log of running answers could not be saved; it is tried again');
        await beat().catch(() => undefined);
      }
    });
    return saving;
  };

  /** Says that this process is alive, obeys stops asked of other processes, and lets go of what was taken from it. */
  const beat = async (): Promise<void> => {
    const writing = stored();
    if (!writing.length) return;
    await generations.heartbeat(owner, now());
    const mine = new Map((await generations.runningOf(owner)).map((row) => [row.id, row]));
    for (const generation of writing) {
      const row = mine.get(generation.id);
      if (!row) generation.abort('lost');
      else if (row.cancel_requested) generation.abort('stopped');
    }
  };

  /** Stores the end of an answer; false when it could not be, or had been ended by another process. */
  const settle = async (generation: LiveGeneration, ending: Ending): Promise<boolean> => {
    // What came in this turn of the loop is shown before the wait for the disk.
    await nextTurn();
    await saving;
    generation.seal(ending.event);
    const { conversationId, userId, isFirst } = generation;
    if (conversationId === null) return true;
    const at = { conversationId, userId, isFirst };
    const last = generation.takeUnsaved();
    for (;;) {
      try {
        return await transaction(async (tx) => {
          // Already ended by a reaper that took this process for dead, or deleted: that stands.
          if (!(await tx.generations.finish(generation.id, ending.status, now()))) return false;
          if (last) await tx.generations.appendLog([logRow(generation.id, last)]);
          await tx.messages.update(generation.messageId, { ...ending.message, updated_at: now() }, at);
          return true;
        });
      } catch (error) {
        logger.error({ err: error, generation_id: generation.id }, 'an answer could not be stored; it is tried again');
        if (stopping) return false;
        await new Promise((resolve) => setTimeout(resolve, SETTLE_RETRY_MS));
      }
    }
  };

  /** Whether there is a record of it. Without one nobody ever sees anything of it. */
  const isStored = async (generation: LiveGeneration, record: Promise<void>): Promise<boolean> => {
    unstored.add(generation);
    try {
      await record;
      return true;
    } catch {
      generation.abort('lost');
      live.delete(generation.id);
      return false;
    } finally {
      unstored.delete(generation);
    }
  };

  const run = async (
    generation: LiveGeneration,
    work: (generation: LiveGeneration) => Promise<Ending>,
    kept: Promise<boolean>,
  ): Promise<void> => {
    const ending = await work(generation);
    if (!(await kept)) return generation.close(false);
    const isKept = await settle(generation, ending);
    const { watched } = generation;
    generation.close(isKept);
    if (generation.conversationId === null) setTimeout(() => live.delete(generation.id), LINGER_MS).unref();
    else live.delete(generation.id);
    events.publish('generation.updated', {
      user_id: generation.userId,
      generation_id: generation.id,
      conversation_id: generation.conversationId,
      status: ending.status,
    });
    const { userId: user_id, conversationId: conversation_id } = generation;
    if (conversation_id === null) return;
    events.publish('conversation.updated', { user_id, conversation_id });
    const { status } = ending;
    if (isKept && status === 'done') for (const listener of answered) listener(generation);
    if (isKept && !watched && (status === 'done' || status === 'failed'))
      events.publish('answer.unseen', { user_id, conversation_id, status });
  };

  const every = (ms: number, work: () => Promise<void>, what: string): void => {
    const timer = setInterval(() => void work().catch((error: unknown) => logger.error({ err: error }, what)), ms);
    timer.unref();
    timers.push(timer);
  };

  const reap = () => reapAbandoned({ generations, transaction, now }, now() - ABANDONED_MS);

  /** Resolves when a generation of this process has ended and is stored. */
  async function ended(id: string): Promise<void> {
    const generation = live.get(id);
    if (!generation || generation.closed) return;
    await new Promise<void>((resolve) => {
      const unlisten = generation.listen(() => {
        if (!generation.closed) return;
        unlisten();
        resolve();
      });
    });
  }

  return {
    owner,

    /**
     * Begins a run, of a temporary chat or while its `record` is being stored; whoever wants to show it waits for that. `work`
     * never rejects: a failure is an ending too.
     */
    begin(
      ids: GenerationIds,
      work: (generation: LiveGeneration) => Promise<Ending>,
      record: Promise<void> = Promise.resolve(),
    ): LiveGeneration {
      const generation = createLiveGeneration(ids);
      live.set(ids.id, generation);
      const done = run(generation, work, isStored(generation, record)).finally(() => running.delete(done));
      running.add(done);
      return generation;
    },

    /** Whether the process is about to end: what begins now could not be finished. */
    get closing() {
      return closing;
    },

    live: (id: string): LiveGeneration | undefined => live.get(id),

    /** Told of each answer that is whole and stored, of chats that are. Must not throw. */
    onAnswer: (listener: (generation: LiveGeneration) => void): void => void answered.push(listener),

    /** Stop, from whichever process: here at once, and resolved when that is stored; elsewhere when it hears of it, or at its next heartbeat (1 s). */
    async stop(id: string): Promise<void> {
      const generation = live.get(id);
      if (!generation) {
        await generations.requestCancel(id);
        return events.publish('generation.stop_asked', { generation_id: id });
      }
      generation.abort('stopped');
      await ended(id);
    },

    start(): void {
      events.follow('generation.stop_asked', ({ generation_id }) => live.get(generation_id)?.abort('stopped'));
      every(FLUSH_MS, flush, 'saving running answers failed');
      every(HEARTBEAT_MS, beat, 'the heartbeat of running answers failed');
      every(REAP_MS, reap, 'looking for abandoned answers failed');
    },

    ended,

    /** Waits for running answers, at most `graceMs`; what is still being written then ends as interrupted, with its text. */
    async shutdown(graceMs: number): Promise<void> {
      closing = true;
      const { promise: late, resolve } = Promise.withResolvers<void>();
      const timer = setTimeout(resolve, graceMs);
      await Promise.race([Promise.all(running), late]);
      clearTimeout(timer);
      stopping = true;
      for (const generation of live.values()) generation.abort('shutdown');
      await Promise.all(running);
      for (const timer of timers) clearInterval(timer);
    },
  };
}

const logRow = (
  generationId: string,
  { firstSeq, lastSeq, frames }: { firstSeq: number; lastSeq: number; frames: string },
) => ({
  generation_id: generationId,
  first_seq: firstSeq,
  last_seq: lastSeq,
  frames,
});

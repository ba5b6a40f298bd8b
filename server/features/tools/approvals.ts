import { setTimeout as sleep } from 'node:timers/promises';
import type { Kysely } from 'kysely';
import type { ApproveBody } from '../../../shared/api/tools.ts';
import type { DB } from '../../db/schema.ts';
import { minutes, type Clock } from '../../lib/clock.ts';
import { AppError } from '../../lib/errors.ts';
import type { AuditService } from '../audit/service.ts';
import { createToolRepository } from './repository.ts';

/** How long an answer waits for the person's word. */
const WAIT_MS = minutes(10);
/** How often a word that was given to another process is looked for. */
const POLL_MS = 1_000;

/** The run that asks. `conversationId` is null for a temporary chat: its question is in the memory of this process alone. */
export type Asking = { id: string; conversationId: string | null; signal: AbortSignal };
type Asked = { id: string; conversation_id: string | null; status: string };

export type Word = 'allowed' | 'denied' | 'late';

type Deps = { db: Kysely<DB>; audit: Pick<AuditService, 'note'>; now: Clock; waitMs?: number };

export type Approvals = ReturnType<typeof createApprovals>;

/** Asks people whether a tool may act, and waits for their word, from whichever device and process it comes. */
export function createApprovals({ db, audit, now, waitMs = WAIT_MS }: Deps) {
  const repository = createToolRepository(db);
  /** Of this process: who waits, by run and call. */
  const waiting = new Map<string, { tool: string; say: (allow: boolean) => void }>();
  const keyOf = (generationId: string, callId: string): string => JSON.stringify([generationId, callId]);

  async function stored(generationId: string, callId: string, signal: AbortSignal): Promise<boolean> {
    for (;;) {
      const row = await repository.find(generationId, callId);
      if (row?.allowed != null) return row.allowed === 1;
      await sleep(POLL_MS, undefined, { signal, ref: false });
    }
  }

  return {
    /** Whether this tool may act in this conversation without being asked about. */
    isGranted: ({ conversationId }: Asking, tool: string): Promise<boolean> =>
      conversationId === null ? Promise.resolve(false) : repository.isGranted(conversationId, tool),

    /**
     * Waits for the word; `shown` is called when the question can be answered. Rejects with the reason of the run's signal.
     */
    async ask(run: Asking, call: { id: string; tool: string }, shown: () => void): Promise<Word> {
      const key = keyOf(run.id, call.id);
      const word = Promise.withResolvers<boolean>();
      const over = new AbortController();
      const late = AbortSignal.timeout(waitMs);
      const signal = AbortSignal.any([run.signal, late, over.signal]);
      if (run.conversationId !== null)
        await repository.ask({
          generation_id: run.id,
          tool_call_id: call.id,
          tool: call.tool,
          allowed: null,
          created_at: now(),
        });
      run.signal.throwIfAborted();
      waiting.set(key, { tool: call.tool, say: word.resolve });
      signal.addEventListener('abort', () => word.reject(signal.reason as Error), { once: true });
      shown();
      try {
        if (run.conversationId !== null) stored(run.id, call.id, signal).then(word.resolve, word.reject);
        return (await word.promise) ? 'allowed' : 'denied';
      } catch (error) {
        run.signal.throwIfAborted();
        if (!late.aborted) throw error;
        if (run.conversationId !== null) await repository.decide(run.id, call.id, false);
        return 'late';
      } finally {
        waiting.delete(key);
        over.abort();
      }
    },

    /** The person's word. Saying the same again is no error. NOT_FOUND where nothing was asked; CONFLICT where it is too late. */
    async decide(run: Asked, { tool_call_id: callId, allow, always = false }: ApproveBody): Promise<void> {
      const asked = waiting.get(keyOf(run.id, callId));
      /** What it was called with is nobody’s to read there. */
      const note = (tool: string): void =>
        audit.note({
          action: allow ? 'tool.allowed' : 'tool.denied',
          target: { kind: 'tool', id: tool },
          detail: { always: allow && always },
        });
      if (run.conversation_id !== null) {
        const row = await repository.find(run.id, callId);
        if (!row) throw nothingAsked();
        if (row.allowed === null && run.status !== 'running') throw tooLate();
        if (await repository.decide(run.id, callId, allow)) note(row.tool);
        else {
          const decided = await repository.find(run.id, callId);
          if (decided?.allowed !== (allow ? 1 : 0)) throw tooLate();
        }
        if (allow && always)
          await repository.grant({ conversation_id: run.conversation_id, tool: row.tool, created_at: now() });
      } else if (asked) note(asked.tool);
      else throw nothingAsked();
      asked?.say(allow);
    },
  };
}

const nothingAsked = (): AppError => new AppError('NOT_FOUND', { message: 'No tool waits for your word there.' });
const tooLate = (): AppError =>
  new AppError('CONFLICT', { message: 'This was decided already, or the answer has ended.' });

import { setTimeout as sleep } from 'node:timers/promises';
import { AppError } from '../../lib/errors.ts';
import type { LlmEvent, LlmStream } from '../../platform/llm/driver.ts';
import { isTransient } from '../../platform/llm/errors.ts';

/** Milliseconds before the second and the third attempt. */
export const RETRY_DELAYS = [250, 1_000] as const;
/** A server that wants to be left alone for longer is taken at its word: the person decides. */
const MAX_WAIT_MS = 5_000;

type Options = {
  open: () => LlmStream;
  signal: AbortSignal;
  delays: readonly number[];
  /** Once, at the first event. */
  onAnswer: () => void;
  /** When no event came and no attempt is left, or the error is not one that passes. */
  onFailure: (error: unknown) => void;
};

/** An answer that has begun: its first event is there already. */
export type Begun = {
  first: IteratorResult<LlmEvent>;
  /** What comes after it. */
  rest: LlmStream;
  events: AsyncIterator<LlmEvent>;
};

/** Waits for the first event, and tries again until it is there; later, a second attempt would say things twice. */
export async function beginWithRetry({ open, signal, delays, onAnswer, onFailure }: Options): Promise<Begun> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      const stream = open();
      const events = stream[Symbol.asyncIterator]();
      const first = await events.next();
      if (!first.done) onAnswer();
      return { first, rest: { ...stream, [Symbol.asyncIterator]: () => events }, events };
    } catch (error) {
      if (signal.aborted) throw error;
      const wait = waitBefore(error, delays[attempt]);
      if (wait === undefined) {
        onFailure(error);
        throw error;
      }
      await pause(wait, signal);
    }
  }
}

function waitBefore(error: unknown, delay: number | undefined): number | undefined {
  if (delay === undefined || !isTransient(error)) return undefined;
  const asked = error instanceof AppError ? error.details?.retry_after : undefined;
  const wait = asked === undefined ? delay : Math.max(delay, asked * 1_000);
  return wait <= MAX_WAIT_MS ? wait : undefined;
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  // Its own error is an AbortError; what the caller gave as the reason is what everyone waits for.
  await sleep(ms, undefined, { signal }).catch(() => undefined);
  signal.throwIfAborted();
}

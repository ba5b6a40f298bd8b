import type { Client } from '../../lib/client.ts';
import { ApiError, offline, type Refusal } from '../../lib/problem.ts';
import type { NumberedEvent } from '../../lib/stream.ts';
import type { Run } from './run.ts';

type Following = {
  client: Client;
  /** The first request; null to resume a generation that is known already. */
  open: ((signal: AbortSignal) => Promise<Response>) | null;
  /** Ends the line: nobody is told why. */
  signal: AbortSignal;
  /** The run as it stands; null when nobody wants it any more. */
  generation(): Run | null;
  onEvent(event: NumberedEvent): void;
  onPhase(phase: 'reconnecting' | 'lost'): void;
};

/** Milliseconds before each new try; about a minute and a half in all, longer than a restart takes. */
const pauses = [300, 700, 1_500, 3_000, 6_000, 10_000, 20_000, 30_000, 30_000];
const firstTries = 3;

/** Waits, but not past the moment when the browser is online again. */
function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      removeEventListener('online', done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    addEventListener('online', done);
  });
}

/**
 * Follows an answer to its end over as many connections as it takes: the first request is repeated (it carries an
 * Idempotency-Key) while nothing of the answer came, and after that each new connection resumes behind the last event.
 * Gives null at the end (also when the connection is lost for good: the phase says so), or the refusal.
 */
export async function follow({
  client,
  open,
  signal,
  generation,
  onEvent,
  onPhase,
}: Following): Promise<Refusal | null> {
  let failures = 0;
  const resume = (id: string, after: number): Promise<Response> =>
    client.open('GET', `/api/chat/generations/${id}/stream`, {
      headers: { accept: 'text/event-stream', 'last-event-id': String(after) },
      signal,
    });

  for (;;) {
    const now = generation();
    if (!now || now.phase === 'ended') return null;
    try {
      const asked = now.generationId ? resume(now.generationId, now.after) : open?.(signal);
      // What reads a stream is fetched with the first one.
      const [response, { readEvents }] = await Promise.all([asked, import('../../lib/stream.ts')]);
      if (!response) return null;
      await readEvents(response, (event) => {
        failures = 0;
        onEvent(event);
      });
    } catch (error) {
      if (signal.aborted) return null;
      const refusal = error instanceof ApiError ? error.refusal : offline();
      const passing = refusal.status === 0 || refusal.status === 502 || refusal.status === 503;
      // The log of an answer is kept for a day; after that the stored message alone tells the end.
      if (!passing) return now.generationId ? null : refusal;
    }
    const after = generation();
    if (!after || after.phase === 'ended') return null;
    const wait = pauses[failures];
    failures += 1;
    if (after.generationId === null && failures >= firstTries) return offline();
    if (wait === undefined) {
      onPhase('lost');
      return null;
    }
    if (after.generationId !== null) onPhase('reconnecting');
    await pause(wait);
  }
}

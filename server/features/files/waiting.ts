import { seconds } from '../../lib/clock.ts';
import type { EventBus } from '../../platform/events/driver.ts';
import type { FileRow } from './policy.ts';

/** What another process reads, and cannot say so, is seen by asking. */
const askEveryMs = seconds(1);

/**
 * Asks for files again at each event about them until none is on its way any more or `boundMs` are over, and gives the
 * rows as they are then. Throws the signal's reason.
 */
export async function waitForFiles(
  load: () => Promise<FileRow[]>,
  fileIds: readonly string[],
  events: EventBus,
  signal: AbortSignal,
  boundMs: number,
): Promise<FileRow[]> {
  const ids = new Set(fileIds);
  let wake: () => void = () => undefined;
  const unsubscribe = events.follow('file.updated', ({ file_id }) => {
    if (ids.has(file_id)) wake();
  });
  const onAbort = (): void => wake();
  signal.addEventListener('abort', onAbort);
  let late = false;
  const bound = setTimeout(() => {
    late = true;
    wake();
  }, boundMs);
  try {
    for (;;) {
      signal.throwIfAborted();
      // Before the question, so that an answer that is overtaken by an event is asked for again.
      const { promise, resolve } = Promise.withResolvers<void>();
      wake = resolve;
      const files = await load();
      if (late || files.every(({ status }) => status === 'ready' || status === 'failed')) {
        signal.throwIfAborted();
        return files;
      }
      const poll = setTimeout(resolve, askEveryMs);
      await promise;
      clearTimeout(poll);
    }
  } finally {
    clearTimeout(bound);
    signal.removeEventListener('abort', onAbort);
    unsubscribe();
  }
}

import { createThread } from '../../../../lib/thread.ts';
import type { ScanAnswer, ScanRequest } from './worker.ts';

/** The worker thread that holds the codes. `onLost`: it has died and what it held with it; the next call begins anew. */
export function createScanner(onLost: () => void) {
  const thread = createThread<ScanRequest, ScanAnswer>(new URL('./worker.ts', import.meta.url), {
    name: 'searching vectors',
    onLost,
  });
  return {
    /** The array is the worker's from then on. */
    keep: (handle: number, words: Uint32Array<ArrayBuffer>): void =>
      thread.tell({ type: 'keep', handle, words }, [words.buffer]),
    forget: (handles: readonly number[]): void => thread.tell({ type: 'forget', handles }),
    search: (handles: readonly number[], query: Float32Array, limit: number): Promise<ScanAnswer> =>
      thread.ask({ type: 'search', handles: Int32Array.from(handles), query, limit }),
    close: (): Promise<void> => thread.close(),
  };
}

import { answerRequests } from '../../../../lib/thread.ts';
import { closest, type Codes } from './scan.ts';

export type ScanRequest =
  | { type: 'keep'; handle: number; words: Uint32Array }
  | { type: 'forget'; handles: readonly number[] }
  | { type: 'search'; handles: Int32Array; query: Float32Array; limit: number };

/** Pairs of handle and ordinal. */
export type ScanAnswer = Int32Array<ArrayBuffer>;

const kept = new Map<number, Codes>();

answerRequests<ScanRequest, ScanAnswer>(
  (request) => {
    if (request.type === 'keep') kept.set(request.handle, { handle: request.handle, words: request.words });
    else if (request.type === 'forget') for (const handle of request.handles) kept.delete(handle);
    if (request.type !== 'search') return new Int32Array();
    const files = Array.from(request.handles).flatMap((handle) => kept.get(handle) ?? []);
    return Int32Array.from(
      closest(files, request.query, request.limit).flatMap(({ handle, ordinal }) => [handle, ordinal]),
    );
  },
  ({ buffer }) => [buffer],
);

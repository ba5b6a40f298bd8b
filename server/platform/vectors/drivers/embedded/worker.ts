import { parentPort } from 'node:worker_threads';
import { nearest, type Codes } from './scan.ts';

export type ScanRequest =
  | { type: 'keep'; handle: number; words: Uint32Array }
  | { type: 'forget'; handles: readonly number[] }
  | { type: 'search'; id: number; handles: Int32Array; query: Uint32Array; limit: number };

/** Pairs of handle and ordinal. */
export type ScanAnswer = { id: number; pairs: Int32Array };

const kept = new Map<number, Codes>();

parentPort?.on('message', (request: ScanRequest) => {
  if (request.type === 'keep') kept.set(request.handle, { handle: request.handle, words: request.words });
  else if (request.type === 'forget') for (const handle of request.handles) kept.delete(handle);
  else {
    const files = Array.from(request.handles).flatMap((handle) => kept.get(handle) ?? []);
    const found = nearest(files, request.query, request.limit);
    const pairs = Int32Array.from(found.flatMap(({ handle, ordinal }) => [handle, ordinal]));
    parentPort?.postMessage({ id: request.id, pairs } satisfies ScanAnswer, [pairs.buffer]);
  }
});

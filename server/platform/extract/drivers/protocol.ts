import type { ErrorCode } from '../../../../shared/errors.ts';
import type { Extraction } from '../driver.ts';

/** What the server's thread asks of a worker: one file at a time. */
export type WorkerTask = { path: string; contentType: string } | { path: string; contentType: string; side: number };

/** What a worker answers: any number of `progress`, then one of the others. */
export type WorkerMessage =
  | { type: 'progress'; done: number; total: number }
  | { type: 'done'; result: Extraction | Uint8Array }
  /** `reason` is for the log; `sound`: it was not the file's fault. */
  | { type: 'failed'; code: ErrorCode; message: string; reason: string; sound: boolean };

export const textTypes: ReadonlySet<string> = new Set(['text/plain', 'text/markdown', 'text/csv', 'application/json']);

import type { Readable } from 'node:stream';
import type { ByteRange } from '../../lib/byte-range.ts';

/**
 * Where bytes live. Keys are made by us (letters, digits, `-`, `_`, `.`, `/`); anything else is refused.
 *
 * `put` is all or nothing: an aborted or failed body leaves no object. It resolves with the size in bytes and the SHA-256
 * in hex of what was stored; PAYLOAD_TOO_LARGE past `maxBytes`, STORAGE_FULL when the disk is. `get` rejects with
 * FILE_NOT_FOUND; of a range, which lies within the object, it gives those bytes alone. `delete` is silent about what is not there.
 */
export interface ObjectStore {
  put(key: string, body: Readable, limit: { maxBytes: number }): Promise<{ size: number; sha256: string }>;
  get(key: string, range?: ByteRange): Promise<Readable>;
  delete(key: string): Promise<void>;
  /** Keys under a prefix, in no promised order. */
  list(prefix: string): AsyncIterable<string>;
  /** Rejects when objects can't be written at the moment. */
  check(): Promise<void>;
}

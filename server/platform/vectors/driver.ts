import type { SearchScope } from '../search/driver.ts';

export type FileVector = {
  /** The passage's place in its file, from 0 and without gaps. */
  ordinal: number;
  /** Of the text that was embedded: SHA-256, hex. */
  hash: string;
  vector: Float32Array;
};

/** `score` is the cosine, -1 to 1. */
export type VectorHit = { file_id: string; ordinal: number; score: number };

/**
 * Vectors of passages, in indexes side by side: all vectors of one index come from one model and have its dimensions.
 * What a file's new reading, or its deletion, takes away is not found from that moment on, in any process.
 */
export interface VectorStore {
  /**
   * Puts these in the place of what the index had of the file, all or nothing. `first_passage` is the id of the file's
   * passage 0 as it was embedded: where that is not there any more (the file was read anew, or deleted) nothing is stored
   * and the answer is false. Vectors are stored with length 1; a vector of nothing but zeros matches nothing.
   */
  replaceFile(
    index: string,
    file: { id: string; user_id: string; first_passage: string },
    vectors: readonly FileVector[],
  ): Promise<boolean>;
  /** Vectors that the index has for these texts already, whosever they are. */
  known(index: string, hashes: readonly string[]): Promise<Map<string, Float32Array>>;
  /**
   * The nearest passages of the scope, best first, `limit` at most. Access is part of the query: nothing else is looked at.
   * Approximate: nine in ten and more of what an exact search finds. A vector of other dimensions finds nothing. When the signal
   * fires, what is still to do is given up as soon as the store can; what is found by then is answered.
   */
  search(query: {
    index: string;
    scope: SearchScope;
    vector: Float32Array;
    limit: number;
    signal?: AbortSignal;
  }): Promise<VectorHit[]>;
  /** Deletes what the index has of a file that is not there any more, or has no passages. */
  removeFile(index: string, fileId: string): Promise<void>;
  /** Deletes what lies outside of our own tables for an index that nobody asks any more. */
  removeIndex(index: string): Promise<void>;
  /**
   * Makes the list of the index's files and what the store has agree, after a change of store or when either came back from a
   * backup: what is listed and not there is taken off the list (so that it is missing, and put in anew), what belongs to
   * nothing is deleted.
   */
  reconcile(index: string, signal?: AbortSignal): Promise<void>;
  /** Ends what runs in the background. */
  close(): Promise<void>;
}

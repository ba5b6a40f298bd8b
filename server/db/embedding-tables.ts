/**
 * One embedding of everything there is, by one model. At most one is `active` (asked), one `building` beside it, and one
 * `previous`, kept so that one can go back. What is `gone` is being deleted, piece by piece.
 */
export type EmbeddingIndexes = {
  id: string;
  /** `provider/model`. */
  model: string;
  state: 'building' | 'active' | 'previous' | 'gone';
  /** Why it does not go on; null while it does. */
  error: string | null;
  created_at: number;
  /** When it was made active; null for never. */
  activated_at: number | null;
};

/**
 * That a file's passages are in an index. The row goes with the file's first passage, so with any new reading of the file.
 */
export type VectorFiles = {
  index_id: string;
  file_id: string;
  user_id: string;
  first_passage: string;
  /** Differs whenever the vectors do. */
  version: string;
  count: number;
  dimensions: number;
  /** One bit a dimension (its sign), the passages one after the other by ordinal; 32-bit words, little endian. */
  codes: Uint8Array;
};

/** One passage's vector: float32, little endian, of length 1. Found again by its text's hash, so that no text is embedded twice. */
export type PassageVectors = {
  index_id: string;
  /** `file_id:ordinal`. */
  place: string;
  file_id: string;
  /** SHA-256 of the text that was embedded, hex. */
  hash: string;
  vector: Uint8Array;
};

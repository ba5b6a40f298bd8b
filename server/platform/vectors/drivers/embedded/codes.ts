/** 32-bit words that hold one bit for each dimension. */
export const wordsFor = (dimensions: number): number => Math.ceil(dimensions / 32);

/** Length 1, as a copy; zeros stay zeros. */
export function normalised(vector: ArrayLike<number>): Float32Array {
  let sum = 0;
  for (let at = 0; at < vector.length; at += 1) sum += (vector[at] ?? 0) ** 2;
  const length = Math.sqrt(sum);
  return Float32Array.from(vector, (value) => (length === 0 ? 0 : value / length));
}

/** The signs of a vector, written into `words` from `offset` on. */
export function writeCode(vector: Float32Array, words: Uint32Array, offset: number): void {
  for (let at = 0; at < vector.length; at += 1) {
    const word = offset + (at >>> 5);
    if ((vector[at] ?? 0) > 0) words[word] = ((words[word] ?? 0) | (1 << (at & 31))) >>> 0;
  }
}

export function codeOf(vector: Float32Array): Uint32Array {
  const words = new Uint32Array(wordsFor(vector.length));
  writeCode(vector, words, 0);
  return words;
}

/** A copy, which the thread of the codes may keep. */
export const wordsOf = (bytes: Uint8Array): Uint32Array<ArrayBuffer> => new Uint32Array(new Uint8Array(bytes).buffer);

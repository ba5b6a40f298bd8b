/** Letters a token, as a rule of thumb over languages; only used where a provider tells no figures. */
const LETTERS = 4;
/** What an image costs, about. */
const IMAGE_TOKENS = 1_000;
/** Base64 is recognised by its length alone: no word is as long. */
const BINARY_LENGTH = 2_000;
const MAX_DEPTH = 12;

/** Tokens of a text, about. */
export const tokensOf = (length: number): number => Math.ceil(length / LETTERS);

/** Tokens of a request in anybody's shape, about: all its text counts, and each image as one. */
export function estimateTokens(value: unknown, depth = 0): number {
  if (typeof value === 'string') {
    const isBinary = value.length > BINARY_LENGTH && !/\s/.test(value.slice(0, BINARY_LENGTH));
    return isBinary ? IMAGE_TOKENS : tokensOf(value.length);
  }
  if (typeof value !== 'object' || value === null || depth > MAX_DEPTH) return 0;
  let sum = 0;
  for (const item of Object.values(value)) sum += estimateTokens(item, depth + 1);
  return sum;
}

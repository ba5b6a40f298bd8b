import type { FileVector } from '../driver.ts';
import { normalised } from './embedded/codes.ts';

/** A file's vectors as they are stored, with length 1. Throws where they are not those of one file and one model. */
export function fileVectors(given: readonly FileVector[]): { vectors: FileVector[]; dimensions: number } {
  const vectors = given.map((each) => ({ ...each, vector: normalised(each.vector) }));
  const dimensions = vectors[0]?.vector.length ?? 0;
  if (vectors.some(({ vector, ordinal }, at) => vector.length !== dimensions || ordinal !== at))
    throw new Error('The vectors of a file must be of one length, and in the order of its passages.');
  return { vectors, dimensions };
}

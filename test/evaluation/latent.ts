import { analyse } from '../../server/lib/text/terms.ts';

/** Axes of meaning, as is usual for a few thousand passages, and steps of the iteration. */
const axes = 200;
const steps = 4;
const fewest = 2;

type Sparse = { at: number[]; weight: number[] };

/**
 * Latent semantic analysis (Deerwester et al. 1990), learnt from these very texts: the strongest axes of the matrix of terms
 * and passages, found by iterating a subspace (Halko et al. 2011). It stands in for an embedding model: real vectors from a
 * real method, and far from what a trained model knows. Answers with what makes a text's vector.
 */
export function learn(texts: readonly string[]): (text: string) => Float32Array {
  const all = texts.map((text) => termsOf(text));
  const found = new Map<string, number>();
  for (const terms of all) for (const term of new Set(terms)) found.set(term, (found.get(term) ?? 0) + 1);
  const kept = [...found].filter(([, count]) => count >= fewest);
  const places = new Map(kept.map(([term, count], at) => [term, { at, idf: Math.log(texts.length / count) }]));
  const weighed = (terms: readonly string[]): Sparse => {
    const counts = Map.groupBy(terms, (term) => term);
    const row: Sparse = { at: [], weight: [] };
    for (const [term, { length }] of counts) {
      const place = places.get(term);
      if (!place) continue;
      row.at.push(place.at);
      row.weight.push((1 + Math.log(length)) * place.idf);
    }
    const size = Math.hypot(...row.weight) || 1;
    return { at: row.at, weight: row.weight.map((weight) => weight / size) };
  };
  const rows = all.map(weighed);
  let basis = orthonormal(start(kept.length));
  for (let step = 0; step < steps; step += 1) {
    const next = new Float32Array(basis.length);
    for (const row of rows) spread(row, project(row, basis), next);
    basis = orthonormal(next);
  }
  return (text) => project(weighed(termsOf(text)), basis);
}

const termsOf = (text: string): string[] => analyse(text, 'en').map(({ term }) => term);

/** The same on every machine. */
function start(terms: number): Float32Array {
  let state = 7;
  return Float32Array.from({ length: terms * axes }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32 - 0.5;
  });
}

function project({ at, weight }: Sparse, basis: Float32Array): Float32Array {
  const found = new Float32Array(axes);
  for (const [place, term] of at.entries())
    for (let axis = 0; axis < axes; axis += 1)
      found[axis] = (found[axis] ?? 0) + (weight[place] ?? 0) * (basis[term * axes + axis] ?? 0);
  return found;
}

function spread({ at, weight }: Sparse, from: Float32Array, into: Float32Array): void {
  for (const [place, term] of at.entries())
    for (let axis = 0; axis < axes; axis += 1)
      into[term * axes + axis] = (into[term * axes + axis] ?? 0) + (weight[place] ?? 0) * (from[axis] ?? 0);
}

/** Gram and Schmidt, column by column, in place. */
function orthonormal(matrix: Float32Array): Float32Array {
  const length = matrix.length / axes;
  const product = (a: number, b: number): number => {
    let sum = 0;
    for (let row = 0; row < length; row += 1) sum += (matrix[row * axes + a] ?? 0) * (matrix[row * axes + b] ?? 0);
    return sum;
  };
  const add = (to: number, from: number, factor: number): void => {
    for (let row = 0; row < length; row += 1)
      matrix[row * axes + to] = (matrix[row * axes + to] ?? 0) + factor * (matrix[row * axes + from] ?? 0);
  };
  for (let axis = 0; axis < axes; axis += 1) {
    for (let before = 0; before < axis; before += 1) add(axis, before, -product(axis, before));
    const size = Math.sqrt(product(axis, axis)) || 1;
    add(axis, axis, 1 / size - 1);
  }
  return matrix;
}

import { expect, it } from 'vitest';
import { clustered, exactNearest } from '../../vectors.fixture.ts';
import { codeOf, normalised, wordsFor, writeCode } from './codes.ts';
import { closest, nearest, type Codes } from './scan.ts';

const codesOf = (vectors: readonly Float32Array[], dimensions: number, handle = 1): Codes => {
  const width = wordsFor(dimensions);
  const words = new Uint32Array(width * vectors.length);
  for (const [at, vector] of vectors.entries()) writeCode(vector, words, at * width);
  return { handle, words };
};
const differing = (a: Float32Array, b: Float32Array): number =>
  a.reduce((sum, value, at) => sum + (value > 0 === (b[at] ?? 0) > 0 ? 0 : 1), 0);

it.each([1, 31, 32, 33, 64, 96, 100, 128, 384, 768, 1_000])(
  'counts the signs that differ, of %i dimensions',
  (dimensions) => {
    const vectors = clustered(60, dimensions, dimensions).map(normalised);
    const [query, ...rest] = vectors as [Float32Array, ...Float32Array[]];
    const distances = rest.map((vector) => differing(vector, query));
    const found = nearest([codesOf(rest, dimensions)], codeOf(query), 20).map(({ ordinal }) => distances[ordinal] ?? 0);
    expect(found.toSorted((a, b) => a - b)).toEqual(distances.toSorted((a, b) => a - b).slice(0, 20));
  },
);

it('takes those whose signs fit the query best where it is large', () => {
  const query = Float32Array.of(10, 0.1, 0.1, 0.1);
  const vectors = [Float32Array.of(1, -1, -1, 1), Float32Array.of(-1, 1, 1, 1), Float32Array.of(-1, -1, -1, -1)];
  expect(closest([codesOf(vectors, 4)], query, 1)).toEqual([{ handle: 1, ordinal: 0 }]);
  expect(nearest([codesOf(vectors, 4)], codeOf(query), 1)).toEqual([{ handle: 1, ordinal: 1 }]);
});

it('finds nearly all of the truly nearest among few, over several files', () => {
  const all = clustered(4_000, 256).map(normalised);
  const files = [0, 1, 2, 3].map((part) => codesOf(all.slice(part * 1_000, (part + 1) * 1_000), 256, part));
  let found = 0;
  for (let turn = 0; turn < 20; turn += 1) {
    const query = normalised(
      Float32Array.from(all[turn * 199] ?? [], (value, at) => value + 0.03 * Math.sin(at * 13 + turn)),
    );
    const wanted = new Set(exactNearest(all, query, 10));
    const taken = closest(files, query, 200);
    expect(taken).toHaveLength(200);
    found += taken.filter(({ handle, ordinal }) => wanted.has(handle * 1_000 + ordinal)).length;
  }
  expect(found).toBeGreaterThanOrEqual(196);
});

it('has nothing to choose from where there is nothing', () => {
  expect(closest([], Float32Array.of(1, 1), 10)).toEqual([]);
});

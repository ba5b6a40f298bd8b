import { expect, it } from 'vitest';
import pino from 'pino';
import type { VectorHit } from '../../platform/vectors/driver.ts';
import { createMeaningSearch } from './search.ts';

const hit: VectorHit = { file_id: 'f', ordinal: 0, score: 0.9 };
const row = { id: 'i', model: 'm/e', state: 'active' as const, error: null, created_at: 0, activated_at: 0 };
const scope = { userId: 'u' };

/** A search whose model and store do what the test says. */
function searching() {
  let time = 0;
  const state = {
    store: (_signal: AbortSignal): Promise<VectorHit[]> => Promise.resolve([hit]),
    model: (): Promise<Float32Array> => Promise.resolve(new Float32Array([1])),
  };
  const search = createMeaningSearch({
    repository: { live: () => Promise.resolve([row]) },
    vectors: { search: ({ signal }) => state.store(signal ?? AbortSignal.abort()) },
    embedder: { ask: () => state.model() },
    logger: pino({ level: 'silent' }),
    now: () => time,
  });
  return { state, search, later: (ms: number) => void (time += ms) };
}
const untilItFires = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => signal.addEventListener('abort', () => resolve()));

it('one search that takes too long switches nothing off, for nobody', async () => {
  const { state, search } = searching();
  state.store = async (signal) => {
    await untilItFires(signal);
    throw signal.reason;
  };
  expect(await search.search(scope, 'slow', 5)).toBeNull();
  state.store = () => Promise.resolve([hit]);
  expect(await search.search(scope, 'next', 5)).toEqual([hit]);
  expect(await search.question('for memories')).toMatchObject({ model: 'm/e' });
});

it('what a store has found is used, also late', async () => {
  const { state, search } = searching();
  state.store = async (signal) => {
    await untilItFires(signal);
    return [hit];
  };
  expect(await search.search(scope, 'late', 5)).toEqual([hit]);
});

it('a store that cannot be reached is left alone for a moment, and the model is asked all the same', async () => {
  const { state, search, later } = searching();
  state.store = () => Promise.reject(new Error('ECONNREFUSED'));
  expect(await search.search(scope, 'one', 5)).toBeNull();
  state.store = () => Promise.resolve([hit]);
  expect(await search.search(scope, 'two', 5)).toBeNull();
  expect(await search.question('three')).toMatchObject({ model: 'm/e' });
  later(20_000);
  expect(await search.search(scope, 'four', 5)).toEqual([hit]);
});

it('a model that fails is left alone for a moment, by all that ask it', async () => {
  const { state, search, later } = searching();
  state.model = () => Promise.reject(new Error('out of order'));
  expect(await search.search(scope, 'one', 5)).toBeNull();
  state.model = () => Promise.resolve(new Float32Array([1]));
  expect(await search.question('two')).toBeUndefined();
  later(20_000);
  expect(await search.search(scope, 'three', 5)).toEqual([hit]);
});

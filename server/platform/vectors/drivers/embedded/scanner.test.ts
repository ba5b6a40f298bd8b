import { expect, it, onTestFinished } from 'vitest';
import { createScanner } from './scanner.ts';

it('lets everything else have its turn, however many questions follow upon each other', async () => {
  const scanner = createScanner(() => undefined);
  onTestFinished(() => scanner.close());
  scanner.keep(1, Uint32Array.of(0b101, 0b111));
  let turns = 0;
  let asking = true;
  const count = (): void => {
    turns += 1;
    if (asking) setImmediate(count);
  };
  setImmediate(count);
  for (let at = 0; at < 50; at += 1) {
    const before = turns;
    const answer = scanner.search([1], Float32Array.of(1, -1, 1), 1);
    // As long as a question's other work takes: the answer is there before anybody waits for it.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10);
    expect(await answer).toEqual(Int32Array.of(1, 0));
    expect(turns).toBeGreaterThan(before);
  }
  asking = false;
});

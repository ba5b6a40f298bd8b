import { describe, expect, it } from 'vitest';
import { figureOf, jsonOf, skipped, tableOf, verdictOf, type Figure } from './report.ts';

const figure = (rounds: number[], limit?: number): Figure => ({
  id: 'P0',
  what: 'something',
  unit: 'ms',
  rounds,
  ...(limit !== undefined && { limit }),
});

describe('report', () => {
  it('judges by the middle of the rounds', () => {
    expect(verdictOf(figure([1, 9, 2], 2))).toBe('ok');
    expect(verdictOf(figure([1, 9, 2.01], 2))).toBe('OVER');
    expect(verdictOf(figure([1]))).toBe('info');
    expect(verdictOf(skipped('P0', 'x', 'no browser'))).toBe('skipped');
    expect(verdictOf({ id: 'P0', what: 'x', reason: 'crashed', failed: true })).toBe('FAILED');
  });

  it('shows the middle and how far the rounds lie apart', () => {
    expect(figureOf(figure([0.912, 0.88, 1.234]))).toBe('0.91 ms (0.88–1.23)');
    expect(figureOf({ ...figure([181.4]), unit: 'kB' })).toBe('181 kB');
  });

  it('prints a table whose lines are equally long', () => {
    const lines = tableOf([
      { ...figure([1, 2, 3], 2), peer: 'a proxy 1.5 ms' },
      skipped('P1', 'more', 'not here'),
    ]).split('\n');
    expect(new Set(lines.map((line) => line.length)).size).toBe(1);
    expect(lines[2]).toContain('≤ 2 ms; a proxy 1.5 ms');
    expect(lines[3]).toContain('not here');
  });

  it('writes every round into the JSON', () => {
    const parsed: unknown = JSON.parse(jsonOf([figure([3, 1, 2], 2)], { cores: 2 }));
    expect(parsed).toMatchObject({
      machine: { cores: 2 },
      figures: [{ id: 'P0', rounds: [3, 1, 2], value: 2, verdict: 'ok' }],
    });
  });
});

import { describe, expect, it } from 'vitest';
import { readOptions } from './options.ts';

describe('readOptions', () => {
  it('measures everything by default', () => {
    expect(readOptions([])).toEqual({
      parts: [
        'P1',
        'P2',
        'P3',
        'P5',
        'P6',
        'P7',
        'P8',
        'P9',
        'P10',
        'P12',
        'P13',
        'P14',
        'P15',
        'P16',
        'P18',
        'P20',
        'FINDING',
      ],
      quick: false,
      strict: false,
      json: null,
      profile: null,
      rounds: 5,
    });
  });

  it('takes names of figures in any case, and keeps the order of the list', () => {
    expect(readOptions(['p14', 'P2']).parts).toEqual(['P2', 'P14']);
  });

  it('leaves the installation out of a quick run unless it is asked for', () => {
    expect(readOptions(['--quick']).parts).not.toContain('P16');
    expect(readOptions(['--quick', '--install']).parts).toContain('P16');
    expect(readOptions(['--quick', 'P16']).parts).toEqual(['P16']);
    expect(readOptions(['--quick']).rounds).toBe(3);
  });

  it('refuses what it does not know', () => {
    expect(() => readOptions(['P99'])).toThrow('no figure P99');
    expect(() => readOptions(['--rounds', '2'])).toThrow('3 or more');
    expect(() => readOptions(['--fast'])).toThrow('--fast');
  });
});

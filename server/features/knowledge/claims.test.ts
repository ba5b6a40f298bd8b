import { describe, expect, it } from 'vitest';
import { claimsIn } from './claims.ts';

describe('the claims of an answer', () => {
  it('are what stands before each mark in its paragraph', () => {
    const answer =
      'It began in the month of May. The deposit is three months of rent [1][3].\n\nSomething else altogether [2].';
    const said = ['It began in the month of May.', 'The deposit is three months of rent'];
    const first = answer.indexOf('[1]');
    expect(claimsIn(answer)).toEqual([
      { number: 1, at: first, quotations: [], sentences: said },
      { number: 3, at: first + 3, quotations: [], sentences: said },
      { number: 2, at: answer.indexOf('[2]'), quotations: [], sentences: ['Something else altogether'] },
    ]);
  });

  it('tell quotations from other words, in the marks of several languages', () => {
    const quotations = (answer: string): string[] => claimsIn(answer)[0]?.quotations ?? [];
    expect(quotations('It says “the deposit is three months of rent” [1].')).toEqual([
      'the deposit is three months of rent',
    ]);
    expect(quotations('Dort steht „die Kaution beträgt drei Monatsmieten“ [1].')).toEqual([
      'die Kaution beträgt drei Monatsmieten',
    ]);
    expect(quotations('Il dit : « la caution est de trois mois de loyer » [1].')).toHaveLength(1);
    expect(quotations('The “quick start” button [1].')).toEqual([]);
  });

  it('take each line of a block quotation for a quotation, without the signs of lists and emphasis', () => {
    const [claim] = claimsIn('From a.pdf:\n\n> **Cleaning**\n>\n> - Rinse the filter\\. [2]');
    expect(claim).toMatchObject({ number: 2, quotations: ['Cleaning', 'Rinse the filter.'], sentences: [] });
  });

  it('do not stand in code', () => {
    expect(claimsIn('A list of things: `a[1]`.\n\n```\nb[2]\n```\n\nAnd nothing more [0].')).toEqual([]);
  });
});

import { describe, expect, it } from 'vitest';
import {
  headersText,
  listText,
  namesText,
  pricesText,
  readHeaders,
  readList,
  readNames,
  readPrices,
  WrongLine,
} from './provider-lines.ts';

describe('what is typed about a provider, line by line', () => {
  it('is read as it was written', () => {
    const headers = { 'X-Team': 'a: b', 'X-B': 'c' };
    expect(readHeaders(headersText(headers))).toEqual(headers);
    const names = { 'gpt-4o': 'The big one', 'a/b:c': 'x = y' };
    expect(readNames(namesText(names))).toEqual(names);
    const prices = { 'gpt-4o': { input: 2.5, output: 10 }, local: { input: 0, output: 0 } };
    expect(readPrices(pricesText(prices))).toEqual(prices);
    expect(readList(listText(['a', 'b']))).toEqual(['a', 'b']);
  });

  it('may have empty lines, spaces and a comma for a point', () => {
    expect(readList('\n  a \n\n b\n')).toEqual(['a', 'b']);
    expect(readList(' \n ')).toBeNull();
    expect(readPrices(' gpt-4o=0,15/0,6 ')).toEqual({ 'gpt-4o': { input: 0.15, output: 0.6 } });
  });

  it.each([
    () => readHeaders('X-Team'),
    () => readNames('= x'),
    () => readNames('gpt-4o ='),
    () => readPrices('gpt-4o = 1'),
    () => readPrices('gpt-4o = 1 / '),
    () => readPrices('gpt-4o = 1 / 2 / 3'),
    () => readPrices('gpt-4o = -1 / 2'),
    () => readPrices('gpt-4o = one / two'),
  ])('names a line that it does not understand (%#)', (read) => {
    expect(read).toThrow(WrongLine);
  });
});

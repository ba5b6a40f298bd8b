import { describe, expect, it } from 'vitest';
import { createQuoteFinder } from './quotes.ts';

const find = (quote: string, text: string): string | null => {
  const range = createQuoteFinder(text).find(quote);
  return range && text.slice(range.start, range.end);
};

describe('finding a quotation', () => {
  it('looks past spaces, case, punctuation, hyphens and the forms of letters', () => {
    expect(find('the deposit is three months of rent', 'So: The deposit is “three\nmonths” of rent. Paid.')).toBe(
      'The deposit is “three\nmonths” of rent.',
    );
    expect(find('an efficient office', 'An eﬃcient of-\nfice.')).toBe('An eﬃcient of-\nfice.');
    expect(find('Cafe\u0301 crème', 'A café crème, please')).toBe('café crème');
  });

  it('takes no figure for another', () => {
    expect(find('a pressure of 35 bar', 'a pressure of 3.5 bar')).toBeNull();
    expect(find('a pressure of 3', 'a pressure of 3.5 bar')).toBeNull();
    expect(find('a pressure of 3.5 bar', 'a pressure of 3.5 bar')).toBe('a pressure of 3.5 bar');
    expect(find('store at 5 degrees', 'store at -5 degrees')).toBeNull();
    expect(find('5 degrees', 'store at 15 degrees')).toBeNull();
  });

  it('neither begins nor ends in the middle of a word', () => {
    expect(find('he rapist was heard', 'The therapist was heard')).toBeNull();
    expect(find('the cat', 'the cats')).toBeNull();
    expect(find('the cat', 'the cats and the cat.')).toBe('the cat.');
  });

  it('finds words of scripts without spaces anywhere', () => {
    expect(find('港口的翻修', '委员会讨论港口的翻修，并同意')).toBe('港口的翻修');
  });

  it('finds nothing where there is nothing to look for', () => {
    expect(find('', 'Some text')).toBeNull();
    expect(find('“…”', 'Some text')).toBeNull();
    expect(find('words', '')).toBeNull();
  });

  it('wants all parts of a shortened quotation, in their order', () => {
    const { findParts } = createQuoteFinder('The lease began in May and it ends in June of the next year.');
    expect(findParts('The lease began … it ends in June')).toHaveLength(2);
    expect(findParts('it ends in June [...] The lease began')).toBeNull();
    expect(findParts('The lease began ... it never ends')).toBeNull();
    expect(findParts('…')).toBeNull();
  });
});

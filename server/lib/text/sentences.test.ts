import { describe, expect, it } from 'vitest';
import { blocksOf } from './blocks.ts';
import { proseSentences, splitSentences } from './sentences.ts';

const kinds = (text: string): string[] => blocksOf(text).map(({ kind, text: content }) => `${kind}: ${content}`);

describe('sentences', () => {
  it('do not end at abbreviations, initials, numbers or ordinals', () => {
    expect(
      proseSentences(
        'Dr. A. Smith came at 3.5 p.m. on Monday. See Fig. 2, e.g. the left part. It costs approx. 5 EUR.',
      ),
    ).toEqual([
      'Dr. A. Smith came at 3.5 p.m. on Monday.',
      'See Fig. 2, e.g. the left part.',
      'It costs approx. 5 EUR.',
    ]);
    expect(
      proseSentences('Der Vertrag beginnt am 3. März 2024. Vgl. Abs. 2, z. B. für Hunde. Danach gilt § 5.'),
    ).toEqual(['Der Vertrag beginnt am 3. März 2024.', 'Vgl. Abs. 2, z. B. für Hunde.', 'Danach gilt § 5.']);
  });

  it('end at full stops of other scripts', () => {
    expect(proseSentences('水を入れる。電源を切る。')).toEqual(['水を入れる。', '電源を切る。']);
  });

  it('know headings, items and prose apart', () => {
    expect(
      splitSentences('## Setup\n\nDo this. Then that:\n\n- one\n- two').map(({ kind, text }) => [kind, text]),
    ).toEqual([
      ['heading', 'Setup'],
      ['paragraph', 'Do this.'],
      ['paragraph', 'Then that:'],
      ['item', '- one'],
      ['item', '- two'],
    ]);
  });
});

describe('blocks', () => {
  it('mend lines and words that the printer broke', () => {
    expect(kinds('The appliance is in-\ntended for house-\nhold use\nonly.')).toEqual([
      'paragraph: The appliance is intended for household use only.',
    ]);
    expect(kinds('Vor-\nund Nachteile davon.')[0]).toContain('Vor- und Nachteile');
  });

  it('see headings: numbered, in capitals, alone, in Markdown', () => {
    const text =
      '4.1 Changing the filter\n\nChange it often.\n\nWARRANTY\nIt lasts long, and it covers much.\n\nOverview of parts\n\nThere are five.\n\n# Title #\nText here.';
    expect(kinds(text).filter((block) => block.startsWith('heading'))).toEqual([
      'heading: 4.1 Changing the filter',
      'heading: WARRANTY',
      'heading: Overview of parts',
      'heading: Title',
    ]);
  });

  it('see "2. Contents" as a heading above text, and as an item among items', () => {
    expect(kinds('2. Contents\n\nWhat is in it.')[0]).toBe('heading: 2. Contents');
    expect(kinds('1. Apples\n\n2. Pears\n\n3. Plums').every((block) => block.startsWith('item'))).toBe(true);
    expect(kinds('1. Insert the filter\n2. Fill the tank').every((block) => block.startsWith('item'))).toBe(true);
  });

  it('keep facts and rows to themselves, with the lines that go on', () => {
    expect(kinds('Error E-1: The pump is hot. Let it\ncool.\nError E-2: No water.')).toEqual([
      'item: Error E-1: The pump is hot. Let it cool.',
      'item: Error E-2: No water.',
    ]);
    expect(kinds('| a | b |\n| 1 | 2 |')).toEqual(['row: | a | b |', 'row: | 1 | 2 |']);
  });

  it('leave code as it is', () => {
    expect(kinds('Run:\n\n```sh\nnpm   ci\n\n# not a heading\n```\n\nDone.')).toEqual([
      'paragraph: Run:',
      'code: ```sh\nnpm   ci\n\n# not a heading\n```',
      'paragraph: Done.',
    ]);
  });
});

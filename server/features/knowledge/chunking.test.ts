import { describe, expect, it } from 'vitest';
import { handbook, lease, manual, pagesOf } from '../../lib/text/documents.fixture.ts';
import { estimateTokens } from '../../lib/text/tokens.ts';
import { chunkPage, type Chunk } from './chunking.ts';

const chunk = (text: string, page: number | null = 1, heading: string | null = null): Chunk[] =>
  chunkPage({ page, text }, heading).chunks;
const sentence = (number: number): string =>
  `Sentence number ${number} says something about the pump and its many parts.`;
const paragraph = (count: number, from = 0): string =>
  Array.from({ length: count }, (_, at) => sentence(from + at)).join(' ');
const normal = (text: string): string => text.replace(/[\s#|-]+/g, '');

describe('passages', () => {
  it('lose and double nothing, and stay within their size', () => {
    for (const text of [...manual, handbook, ...lease]) {
      const chunks = chunk(text);
      expect(normal(chunks.map((each) => each.text).join(''))).toBe(normal(text));
      for (const each of chunks) expect(estimateTokens(each.text)).toBeLessThanOrEqual(330);
    }
  });

  it('are of a middling size where the text allows it', () => {
    const sizes = chunk(Array.from({ length: 12 }, (_, at) => paragraph(5, at * 5)).join('\n\n')).map(({ text }) =>
      estimateTokens(text),
    );
    expect(sizes.length).toBeGreaterThan(2);
    for (const size of sizes.slice(0, -1)) expect(size).toBeGreaterThanOrEqual(165);
  });

  it('never cross pages', () => {
    const chunks = pagesOf(['A first short page.', 'A second short page.']).flatMap(
      (page) => chunkPage(page, null).chunks,
    );
    expect(chunks.map(({ page, text }) => [page, text])).toEqual([
      [1, 'A first short page.'],
      [2, 'A second short page.'],
    ]);
  });

  it('begin at headings and keep them with their text', () => {
    const chunks = chunk(`# One\n\n${paragraph(6)}\n\n# Two\n\n${paragraph(6, 6)}`);
    expect(chunks.map(({ text }) => text.split('\n')[0])).toEqual(['One', 'Two']);
  });

  it('never end with a heading', () => {
    const chunks = chunk(`${paragraph(11)}\n\n# Next part\n\n${paragraph(16, 20)}`);
    for (const { text } of chunks) expect(text).not.toMatch(/Next part$/);
    expect(chunks.some(({ text }) => text.startsWith('Next part\n\nSentence number 20'))).toBe(true);
  });

  it('know the heading that they go on under, also on the next page', () => {
    const { chunks, heading } = chunkPage({ page: 1, text: `# Warranty\n\n${paragraph(40)}` }, null);
    expect(chunks[0]?.heading).toBeNull();
    expect(chunks.slice(1).map((each) => each.heading)).toEqual(chunks.slice(1).map(() => 'Warranty'));
    expect(chunkPage({ page: 2, text: 'It goes on here.' }, heading).chunks[0]?.heading).toBe('Warranty');
  });

  it('are cut between sentences where a paragraph is too long', () => {
    for (const { text } of chunk(paragraph(60))) {
      expect(text).toMatch(/^Sentence number/);
      expect(text).toMatch(/parts\.$/);
    }
  });

  it('are bounded even where there is no sentence and no space', () => {
    for (const text of [
      'x'.repeat(100_000),
      'word '.repeat(5_000),
      '水'.repeat(5_000),
      '🎺'.repeat(5_000),
      '0x1f, '.repeat(5_000),
      `\`\`\`\n${'code line here\n'.repeat(500)}\`\`\``,
    ]) {
      const chunks = chunk(text);
      expect(chunks.length).toBeGreaterThan(1);
      for (const each of chunks) expect(estimateTokens(each.text)).toBeLessThanOrEqual(330);
    }
  });

  it('of a few words join their neighbours', () => {
    expect(chunk('# A\n\nShort.\n\n# B\n\nShort too.\n\n# C\n\nAnd this.')).toHaveLength(1);
    expect(chunk('  \n\n ')).toEqual([]);
  });

  it('keep the lines of lists', () => {
    expect(chunk('Parts:\n- one\n- two\n\nEnd.')[0]?.text).toBe('Parts:\n\n- one\n- two\n\nEnd.');
  });
});

import { describe, expect, it } from 'vitest';
import { layOut, type TextRun } from './layout.ts';

const pageText = (runs: readonly TextRun[]): string => layOut(runs).text;

/** Some half an em a letter, which is what text is like. */
const run = (text: string, x: number, y: number, height = 10): TextRun => ({
  text,
  x,
  y,
  width: text.length * height * 0.5,
  height,
});

/** Lines of about forty letters, as a column of running text has them. */
const column = (name: string, x: number, lines: number): TextRun[] =>
  Array.from({ length: lines }, (_, n) => run(`${name} line ${n + 1} goes on to the end of it here`, x, 100 + n * 12));

describe('pageText', () => {
  it('is empty for a page without text', () => {
    expect(pageText([])).toBe('');
    expect(pageText([run(' ', 0, 0)])).toBe('');
  });

  it('puts the runs of a line together, with spaces where there is one', () => {
    const runs = [run('Fat', 0, 10), run('her', 15, 10), run('went', 33, 10), run('2', 54, 6, 6), run('home', 60, 10)];
    expect(pageText(runs)).toBe('Father went2 home');
  });

  it('keeps the cells of a table’s row on one line and rows apart', () => {
    const rows = [
      ['Part', 'Number'],
      ['Door seal', 'R12-4470'],
      ['Belt', 'R12-3318'],
    ];
    const runs = rows.flatMap(([name = '', number = ''], at) => [run(name, 0, 20 * at), run(number, 200, 20 * at)]);
    expect(pageText(runs)).toBe('Part\tNumber\nDoor seal\tR12-4470\nBelt\tR12-3318');
  });

  it('keeps the entries of a list apart', () => {
    const lines = ['Bring along:', '1. a spoon', '2. a cup', '3. a very long wooden ladle that fills the line'];
    expect(pageText(lines.map((line, at) => run(line, 0, 12 * at)))).toBe(lines.join('\n'));
  });

  it('takes hyphens at the end of lines out, but not those of compounds', () => {
    const text = pageText([
      run('The machine needs an occa-', 0, 0),
      run('sional cleaning and is self-', 0, 12),
      run('closing, as the EU-', 0, 24),
      run('Directive says for machi-', 0, 36),
      run('nes.', 0, 48),
    ]);
    expect(text).toContain('occasional cleaning');
    expect(text).toContain('self-closing');
    expect(text).toContain('EU- Directive');
    expect(text).toContain('machines.');
  });

  it('reads columns one after the other even when they were drawn line by line', () => {
    const [left, right] = [column('Left', 0, 8), column('Right', 260, 8)];
    const title = run('A title that spans both of the columns of this page', 60, 60, 14);
    const text = pageText([title, ...left.flatMap((line, n) => [line, right[n] ?? line])]);
    const order = [...text.matchAll(/(Left|Right) line (\d)/g)].map(([, side, n]) => `${side}${n}`);
    expect(order).toEqual([
      ...Array.from({ length: 8 }, (_, n) => `Left${n + 1}`),
      ...Array.from({ length: 8 }, (_, n) => `Right${n + 1}`),
    ]);
    expect(text.startsWith('A title that spans')).toBe(true);
  });

  it('goes on with a sentence at the top of the next column', () => {
    const text = pageText([...column('left', 0, 6), ...column('right', 260, 6)]);
    expect(text).toContain('to the end of it here right line 1');
  });

  it('reads three columns', () => {
    const columns = ['One', 'Two', 'Three'].map((name, at) => column(name, at * 250, 6));
    const text = pageText(Array.from({ length: 6 }, (_, n) => columns.flatMap((lines) => lines[n] ?? [])).flat());
    expect([...text.matchAll(/(One|Two|Three) line/g)].map(([, name]) => name)).toEqual(
      ['One', 'Two', 'Three'].flatMap((name) => Array.from({ length: 6 }, () => name)),
    );
  });

  it('sorts a page that was drawn up and down', () => {
    const lines = Array.from({ length: 12 }, (_, n) =>
      run(`This is line number ${String(n + 1).padStart(2, '0')} of the page.`, 0, n * 12),
    );
    const shuffled = [
      ...lines.filter((_, n) => n % 3 === 2),
      ...lines.filter((_, n) => n % 3 === 0).reverse(),
      ...lines.filter((_, n) => n % 3 === 1).reverse(),
    ];
    expect([...pageText(shuffled).matchAll(/number (\d\d)/g)].map(([, n]) => Number(n))).toEqual(
      lines.map((_, n) => n + 1),
    );
  });

  it('takes out what can’t be stored or seen', () => {
    expect(pageText([run('o\ufb03ce\0\u00ad hours\u00a0now', 0, 0)])).toBe('office hours now');
  });
});

import { afterEach, expect, it, vi } from 'vitest';
import { highlight } from './highlighter.ts';

const colours = async (code: string, language = 'js', signal = new AbortController().signal) =>
  (await highlight(code, language, signal))?.map((line) => line.map(({ content, color }) => [content.trim(), color])) ??
  null;

afterEach(() => vi.restoreAllMocks());

it('colours code by the tokens of the design, and says nothing of languages that it does not know', async () => {
  expect(await colours('// why\nconst a = "b";')).toEqual([
    [['// why', 'var(--code-comment)']],
    expect.arrayContaining([
      ['const', 'var(--code-keyword)'],
      ['"b"', 'var(--code-string)'],
    ]),
  ]);
  expect(await colours('x', 'no-such-language')).toBeNull();
  expect(await colours('x', 'constructor')).toBeNull();
});

it('colours a text that grows as it colours the whole of it', async () => {
  const code = '/* one\ntwo */ const a = `x\n${1}`;\nfoo("y");';
  const whole = await colours(code, 'ts');
  for (let end = 1; end < code.length; end += 1) await colours(code.slice(0, end), 'TS');
  expect(await colours(code, 'TS')).toEqual(whole);
});

it('colours rightly on a machine that has no time', async () => {
  let now = 0;
  // For its library a second goes by each time it looks at the clock.
  vi.spyOn(Date, 'now').mockImplementation(() => (now += 1_000));
  const [line] = (await colours('let first = "one"; let second = "two";', 'typescript')) ?? [];
  expect(line?.filter(([, color]) => color === 'var(--code-string)').map(([content]) => content)).toEqual([
    '"one"',
    '"two"',
  ]);
});

it('leaves plain what is too long to be read, a line as a text, and stops where nobody waits', async () => {
  expect(await colours(`a = "${'x'.repeat(3_000)}";\nb = "y";`, 'py')).toEqual([
    [[expect.stringContaining('xxx'), '']],
    expect.arrayContaining([['"y"', 'var(--code-string)']]),
  ]);
  expect(await colours('x = 1\n'.repeat(20_000), 'py')).toBeNull();
  const left = new AbortController();
  left.abort();
  expect(await colours('x = 1\n'.repeat(100), 'py', left.signal)).toBeNull();
});

import type { AdminProvider } from '../../../../shared/api/providers.ts';

/** A line that is not understood. */
export class WrongLine extends Error {}

const linesOf = (text: string): string[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean);

/** Splits at the first mark that has something on both sides. */
function pairs(text: string, mark: string): [string, string][] {
  return linesOf(text).map((line) => {
    const at = line.indexOf(mark);
    const [name, value] = [line.slice(0, at).trim(), line.slice(at + mark.length).trim()];
    if (at < 1 || name === '' || value === '') throw new WrongLine(line);
    return [name, value];
  });
}

/** Lists and tables as people type them: one entry on each line. Reading throws `WrongLine`. */
export const listText = (items: readonly string[] | null): string => (items ?? []).join('\n');
export const readList = (text: string): string[] | null => {
  const items = linesOf(text);
  return items.length > 0 ? items : null;
};

export const headersText = (headers: Record<string, string>): string =>
  Object.entries(headers)
    .map(([name, value]) => `${name}: ${value}`)
    .join('\n');
export const readHeaders = (text: string): Record<string, string> => Object.fromEntries(pairs(text, ':'));

export const namesText = (names: Record<string, string>): string =>
  Object.entries(names)
    .map(([model, name]) => `${model} = ${name}`)
    .join('\n');
export const readNames = (text: string): Record<string, string> => Object.fromEntries(pairs(text, '='));

export const pricesText = (prices: AdminProvider['prices']): string =>
  Object.entries(prices)
    .map(([model, { input, output }]) => `${model} = ${input} / ${output}`)
    .join('\n');
export function readPrices(text: string): AdminProvider['prices'] {
  return Object.fromEntries(
    pairs(text, '=').map(([model, value]) => {
      const [input = NaN, output = NaN, ...more] = value.split('/').map((part) => {
        const figure = part.trim().replace(',', '.');
        return figure === '' ? NaN : Number(figure);
      });
      if (!(input >= 0) || !(output >= 0) || more.length > 0) throw new WrongLine(`${model} = ${value}`);
      return [model, { input, output }];
    }),
  );
}

import type { Unit } from './units.ts';

const marker = /^\s*(?:[-*+•◦▪‣–—·●○■]|(\(?\d{1,3}[.)]|\(?[a-z][.)]))\s+/u;

/** Words as they are: nothing in a document may become a link, an image, mathematics, or a citation that is not ours. */
const literal = (text: string): string =>
  text
    .replace(/[\\`*_[\]<>$~|]/g, '\\$&')
    .replace(/^(\s*)([#+-]|\d+[.)])(?=\s)/u, '$1\\$2')
    .replace(/!(?=\\\[)/g, '\\!');

/** A file's name inside emphasis. */
export const plainName = (name: string): string => literal(name.replace(/[\p{C}\s]+/gu, ' ').trim());

/** A blockquote of sentences that follow each other, with the number of their source at its end. */
export function markdownOf(units: readonly Unit[], number: number): string {
  const blocks: { kind: Unit['kind']; text: string }[] = [];
  for (const [at, { kind, block, text }] of units.entries()) {
    const open = blocks.at(-1);
    if (open && units[at - 1]?.block === block) open.text += ` ${text}`;
    else blocks.push({ kind, text });
  }
  const lines = blocks.flatMap(({ kind, text }, at) => {
    const previous = blocks[at - 1]?.kind;
    const tight = previous === kind && (kind === 'item' || kind === 'row');
    const rendered = render(kind, text);
    if (at === blocks.length - 1) rendered.push(...cited(kind, rendered, number));
    return [...(at > 0 && !tight ? [''] : []), ...rendered];
  });
  return lines.map((line) => `> ${line}`.trimEnd()).join('\n');
}

function render(kind: Unit['kind'], text: string): string[] {
  if (kind === 'code') return ['```', ...text.split('\n').filter((line) => !/^\s*(?:```|~~~)/.test(line)), '```'];
  if (kind === 'heading') return [`**${literal(text)}**`];
  if (kind === 'row') return [`${literal(text)}  `];
  if (kind !== 'item') return [literal(text)];
  const found = marker.exec(text);
  return [
    `${found?.[1] ? found[1].replace(/^\(/, '').replace(/^([a-z])[.)]/, '- $1)') : '-'} ${literal(text.slice(found?.[0].length ?? 0))}`,
  ];
}

/** Takes the last line and gives it back with the citation, or the citation on a line of its own below code. */
function cited(kind: Unit['kind'], rendered: string[], number: number): string[] {
  if (kind === 'code') return ['', `[${number}]`];
  const last = rendered.pop() ?? '';
  return [`${last.trimEnd()} [${number}]`];
}

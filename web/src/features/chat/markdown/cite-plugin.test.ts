import { describe, expect, it } from 'vitest';
import { markCitations } from './cite-plugin.ts';
import type { Node } from './glue.ts';

const el = (tagName: string, ...children: (Node | string)[]): Node => ({
  type: 'element',
  tagName,
  children: children.map((child) => (typeof child === 'string' ? { type: 'text', value: child } : child)),
});

/** The tree after the plugin, `{…}` being what does not break and `<1>` a mark. */
function drawn(...children: (Node | string)[]): string {
  const tree = el('p', ...children);
  markCitations(tree);
  const write = (node: Node): string => {
    if (node.type === 'text') return node.value ?? '';
    const inside = (node.children ?? []).map(write).join('');
    if (node.tagName === 'cite') return `<${String(node.properties?.['dataIndex'])}>`;
    return node.tagName === 'span' ? `{${inside}}` : `${node.tagName}(${inside})`;
  };
  return (tree.children ?? []).map(write).join('');
}

describe('marks of citation in running text', () => {
  it.each([
    ['It rains often [1]. So it does.', 'It rains {often<1>.} So it does.'],
    ['It rains often. [1]', 'It rains {often.<1>}'],
    ['It rains often [1] .', 'It rains {often<1>.}'],
    ['Often [1][2], or [3] [4]; always', '{Often<1><2>,} {or<3><4>;} always'],
    ['often [1], [2].', '{often<1><2>.}'],
    ['(as told [1]). More', '(as {told<1>).} More'],
    ['[1] says so', '{<1>} says so'],
    ['told [1] (twice)', '{told<1>} (twice)'],
    ['told [1] "twice"', '{told<1>} "twice"'],
    ['Donaudampfschifffahrt [1]', 'Donaudamp{fschifffahrt<1>}'],
  ])('%j', (text, expected) => {
    expect(drawn(text)).toBe(expected);
  });

  it('holds the last word of what is emphasised, and short code, before a mark', () => {
    expect(drawn(el('strong', 'of three months'), ' [1].')).toBe('strong(of three ){strong(months)<1>.}');
    expect(drawn('see ', el('code', 'E07'), ' [2]')).toBe('see {code(E07)<2>}');
    expect(drawn('see ', el('code', 'a long piece of code'), ' [2]')).toBe('see code(a long piece of code){<2>}');
  });

  it('leaves code, links and other brackets as they are', () => {
    expect(drawn(el('code', 'a [1]'), ' and ', el('a', 'b [1]'), ' [x]')).toBe('code(a [1]) and a(b [1]) [x]');
  });

  it('keeps what was written for where there is no such source', () => {
    const tree = el('p', 'told [7], [8].');
    markCitations(tree);
    const written = (node: Node): string => node.value ?? (node.children ?? []).map(written).join('');
    expect(written(tree)).toBe('told [7], [8].');
  });

  it('tells with each mark what stands before it in its paragraph', () => {
    const tree = el('div', el('p', 'Hot ', el('em', 'and'), ' dry [1][2].'), el('p', 'So [1]'));
    markCitations(tree);
    const marks = (node: Node): unknown[] =>
      node.tagName === 'cite' ? [node.properties?.['dataBefore']] : (node.children ?? []).flatMap(marks);
    expect(marks(tree)).toEqual(['Hotanddry', 'Hotanddry', 'So']);
  });
});

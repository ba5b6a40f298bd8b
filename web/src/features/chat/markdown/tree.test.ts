import { describe, expect, it } from 'vitest';
import type { Node } from './glue.ts';
import { treeOf } from './tree.ts';

const write = (node: Node): string => {
  const inside = (node.children ?? []).map(write).join('');
  if (node.type === 'text') return node.value ?? '';
  if (node.type !== 'element') return inside;
  const given = Object.entries(node.properties ?? {}).flatMap(([name, value]) =>
    value === undefined || value === null || value === ''
      ? []
      : [` ${name}=${JSON.stringify(value).replaceAll('"', '')}`],
  );
  return `‹${node.tagName}${given.join('')}›${inside}‹/›`;
};
const drawn = (markdown: string): string => write(treeOf(markdown, null) as Node).replaceAll('\n', ' ');

describe('Markdown', () => {
  it.each([
    ['**b** *i* ~~d~~ `c`', '‹p›‹strong›b‹/› ‹em›i‹/› ‹del›d‹/› ‹code›c‹/›‹/›'],
    [
      '- [x] done',
      '‹ul className=[contains-task-list]› ‹li className=[task-list-item]›‹input type=checkbox checked=true disabled=true›‹/› done‹/› ‹/›',
    ],
    ['```js\nlet a\n```', '‹pre›‹code className=[language-js]›let a ‹/›‹/›'],
    [
      '|a|\n|:-:|\n|1|',
      '‹table› ‹thead› ‹tr› ‹th align=center›a‹/› ‹/› ‹/› ‹tbody› ‹tr› ‹td align=center›1‹/› ‹/› ‹/› ‹/›',
    ],
    ['https://example.org', '‹p›‹a href=https://example.org›https://example.org‹/›‹/›'],
    ['told [2]', '‹p›‹span className=[cited]›told‹cite dataIndex=2 dataBefore=told› [2]‹/›‹/›‹/›'],
  ])('%j', (markdown, expected) => expect(drawn(markdown)).toBe(expected));

  it('parts footnotes from nothing: they lead where they stand', () => {
    const text = drawn('So[^1].\n\n[^1]: Because.');
    expect(text).toContain('href=#user-content-fn-1');
    expect(text).toContain('id=user-content-fn-1');
  });
});

describe('what a message must not do', () => {
  it.each([
    ['<script>alert(1)</script>', '<script>alert(1)</script>'],
    ['a <img src=x onerror=alert(1)> b', '‹p›a <img src=x onerror=alert(1)> b‹/›'],
    ['<div onclick="a()">\n\n**b**\n\n</div>', '<div onclick="a()"> ‹p›‹strong›b‹/›‹/› </div>'],
    ['[a](javascript:alert(1))', '‹p›‹a›a‹/›‹/›'],
    ['[a](JaVaScRiPt&colon;alert(1))', '‹p›‹a›a‹/›‹/›'],
    ['<javascript:alert(1)>', '‹p›‹a›javascript:alert(1)‹/›‹/›'],
    ['[a](data:text/html,x) ![b](file:///etc/passwd)', '‹p›‹a›a‹/› ‹img alt=b›‹/›‹/›'],
    ['[a]: vbscript:x\n\n[a]', '‹p›‹a›a‹/›‹/›'],
  ])('%j', (markdown, expected) => expect(drawn(markdown)).toBe(expected));
});

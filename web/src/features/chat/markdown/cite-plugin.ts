import { splitCitations } from '../citations.ts';
import { glueMarks, type Node } from './glue.ts';

const literal = new Set(['code', 'pre', 'a']);

function walk(node: Node): void {
  if (!node.children || (node.tagName && literal.has(node.tagName))) return;
  const children = node.children.flatMap((child): Node[] => {
    walk(child);
    if (child.type !== 'text' || !child.value?.includes('[')) return [child];
    return splitCitations(child.value).map((piece) =>
      piece.type === 'text'
        ? { type: 'text', value: piece.text }
        : {
            type: 'element',
            tagName: 'cite',
            properties: { dataIndex: piece.index },
            children: [{ type: 'text', value: `[${piece.index}]` }],
          },
    );
  });
  node.children = glueMarks(children);
}

/** Rehype: `[2]` in running text becomes a `cite` element, for the page to make a button of where there is such a source. */
export const citePlugin =
  () =>
  (tree: unknown): void =>
    walk(tree as Node);

import { splitCitations } from '../../../../../shared/citations.ts';
import { lettersBefore } from '../citations.ts';
import { glueMarks, type Node } from './glue.ts';

const literal = new Set(['code', 'pre', 'a']);
/** Within these, what was said before goes on. */
const inline = new Set(['strong', 'em', 'del', 'span', 'sub', 'sup', 'a', 'code']);

const textOf = (node: Node): string => node.value ?? (node.children ?? []).map(textOf).join('');

/** Takes what was said before in the same paragraph, and gives that with what the node says. */
function walk(node: Node, before: string): string {
  let said = inline.has(node.tagName ?? '') ? before : '';
  if (!node.children || (node.tagName && literal.has(node.tagName))) return said + textOf(node);
  const children = node.children.flatMap((child): Node[] => {
    if (child.type !== 'text' || child.value === undefined) {
      said = walk(child, said);
      return [child];
    }
    const pieces = splitCitations(child.value).map((piece): Node =>
      piece.type === 'text'
        ? { type: 'text', value: piece.text }
        : {
            type: 'element',
            tagName: 'cite',
            properties: {
              dataIndex: piece.index,
              dataBefore: lettersBefore(said + child.value?.slice(0, piece.at)),
            },
            children: [{ type: 'text', value: `[${piece.index}]` }],
          },
    );
    said += child.value;
    return pieces;
  });
  node.children = glueMarks(children);
  return said;
}

/**
 * `[2]` in running text becomes a `cite` element, for the page to make a button of where there is such a source. It
 * says which letters stand before it, so that it can be told from other marks of the same number.
 */
export const markCitations = (tree: Node): void => void walk(tree, '');

import { defaultSchema, sanitize } from 'hast-util-sanitize';
import { fromMarkdown, type Options } from 'mdast-util-from-markdown';
import { gfmFromMarkdown } from 'mdast-util-gfm';
import { toHast } from 'mdast-util-to-hast';
import { gfm } from 'micromark-extension-gfm';
import { markCitations } from './cite-plugin.ts';
import type { Node } from './glue.ts';
import { openCode } from './open-code.ts';

export type Tree = Parameters<typeof sanitize>[0];

/** What formulas add: their marks, what these become, and the drawing of it. */
export type Maths = {
  syntax: NonNullable<Options['extensions']>[0];
  nodes: NonNullable<Options['mdastExtensions']>[0];
  draw(tree: Tree): void;
};

/** No prefix of ids here: footnotes have theirs already, and a second one would part them from their links. */
const schema = {
  ...defaultSchema,
  clobberPrefix: '',
  protocols: { ...defaultSchema.protocols, href: [...(defaultSchema.protocols?.['href'] ?? []), 'tel'] },
};

const syntax = gfm();
const nodes = gfmFromMarkdown();

/** HTML in a message is text, and stays text. */
function asText(node: Node): void {
  if (node.type === 'html') node.type = 'text';
  node.children?.forEach(asText);
}

/** Trees that are drawn once more in a moment, by the page. */
const ahead = new Map<string, Tree>();

/** `treeOf` for what is seen before the page is there. */
export function treeAhead(markdown: string): Tree {
  const tree = treeOf(markdown, null);
  ahead.set(markdown, tree);
  return tree;
}

/** Markdown parsed and made harmless, with its citations and formulas. */
export function treeOf(markdown: string, maths: Maths | null): Tree {
  const known = maths ? undefined : ahead.get(markdown);
  if (known) return known;
  const parsed = fromMarkdown(markdown, {
    extensions: maths ? [syntax, maths.syntax] : [syntax],
    mdastExtensions: maths ? [nodes, maths.nodes] : [nodes],
  });
  asText(parsed as Node);
  const tree = sanitize(toHast(parsed), schema);
  markCitations(tree as Node);
  maths?.draw(tree);
  return tree;
}

/** `treeOf` for a text whose end is still to come. `ended` closes what it has begun: bold, code, links. */
export const growingTreeOf = (markdown: string, maths: Maths | null, ended: (text: string) => string): Tree =>
  (openCode(markdown) as Tree | null) ?? treeOf(ended(markdown), maths);

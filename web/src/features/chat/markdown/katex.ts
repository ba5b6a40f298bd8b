import { mathFromMarkdown } from 'mdast-util-math';
import { math } from 'micromark-extension-math';
import rehypeKatex from 'rehype-katex';
import 'katex/dist/katex.min.css';
import type { Maths } from './tree.ts';

const drawFormulas = rehypeKatex({ errorColor: 'var(--danger)' });

/** Fetched only with the first formula: KaTeX and its fonts are larger than the rest of the chat. */
export const maths: Maths = {
  syntax: math({ singleDollarTextMath: false }),
  nodes: mathFromMarkdown(),
  // What KaTeX does not know is shown as it was written; nobody reads the notes that it makes about that.
  draw: (tree) => drawFormulas(tree as never, { message: () => undefined } as never),
};

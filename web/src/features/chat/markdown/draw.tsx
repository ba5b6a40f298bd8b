import { toJsxRuntime } from 'hast-util-to-jsx-runtime';
import type { ReactNode } from 'react';
import { Fragment, jsx, jsxs } from 'react/jsx-runtime';
import { elements } from './elements.tsx';
import { growingTreeOf, treeOf, type Maths, type Tree } from './tree.ts';

const elementsOf = (tree: Tree): ReactNode =>
  toJsxRuntime(tree, { Fragment, jsx, jsxs, components: elements, ignoreInvalidStyle: true });

/** A piece of Markdown as elements of the page. */
export const draw = (markdown: string, maths: Maths | null): ReactNode => elementsOf(treeOf(markdown, maths));

/** The same for the piece at the end of a text that grows; `ended` closes what it has begun. */
export const drawGrowing = (markdown: string, maths: Maths | null, ended: (text: string) => string): ReactNode =>
  elementsOf(growingTreeOf(markdown, maths, ended));

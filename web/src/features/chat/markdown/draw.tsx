import { toJsxRuntime } from 'hast-util-to-jsx-runtime';
import type { ReactNode } from 'react';
import { Fragment, jsx, jsxs } from 'react/jsx-runtime';
import { elements } from './elements.tsx';
import { treeOf, type Maths } from './tree.ts';

/** A piece of Markdown as elements of the page. */
export const draw = (markdown: string, maths: Maths | null): ReactNode =>
  toJsxRuntime(treeOf(markdown, maths), { Fragment, jsx, jsxs, components: elements, ignoreInvalidStyle: true });

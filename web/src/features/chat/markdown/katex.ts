import { createMathPlugin } from '@streamdown/math';
import 'katex/dist/katex.min.css';

/** Fetched only with the first formula: KaTeX and its fonts are larger than the rest of the chat. */
export const maths = createMathPlugin({ errorColor: 'var(--danger)' });

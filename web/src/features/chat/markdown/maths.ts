/** Fenced and inline code, which maths never touches. */
const code = /(```[\s\S]*?(?:```|$)|~~~[\s\S]*?(?:~~~|$)|`[^`\n]*`)/;

/**
 * Models write maths as `\(…\)`, `\[…\]`, `$…$` or `$$…$$`; the renderer knows the last form. For single dollars the
 * rule is Pandoc's: no space inside either sign and no digit behind the closing one, so that prices stay prices.
 */
export function normalizeMaths(text: string): string {
  if (!/[$\\]/.test(text)) return text;
  return text
    .split(code)
    .map((piece, index) =>
      index % 2 === 1
        ? piece
        : piece
            .replace(/\\\[([\s\S]+?)\\\]/g, (_, inner: string) => `\n$$\n${inner.trim()}\n$$\n`)
            .replace(/\\\(([\s\S]+?)\\\)/g, (_, inner: string) => `$$${inner.trim()}$$`)
            .replace(/(?<![\\$\w])\$(?![\s$])([^$\n]+?)(?<![\s\\$])\$(?![\d$])/g, (_, inner: string) => `$$${inner}$$`),
    )
    .join('');
}

export const hasMaths = (normalized: string): boolean => normalized.includes('$$');

import { cleanText } from '../../clean-text.ts';

/** Cells of one row; a sheet may claim sixteen thousand. */
const maxCells = 500;

export type Outline = ReturnType<typeof createOutline>;

/**
 * Gathers what a document says as the text that passages are cut from: headings as in Markdown, items with a dash, the
 * cells of a row with tabs between, and an empty line between blocks of different kinds.
 */
export function createOutline() {
  const blocks: { kind: string; text: string }[] = [];
  const add = (kind: string, text: string): void => {
    if (text.trim() !== '') blocks.push({ kind, text });
  };
  return {
    heading: (level: number, text: string): void =>
      add('heading', text.trim() && `${'#'.repeat(Math.min(Math.max(level, 1), 6))} ${oneLine(text)}`),
    paragraph: (text: string): void => add('paragraph', tidy(text)),
    /** `depth` from 0. */
    item: (text: string, depth = 0): void =>
      add('item', text.trim() && `${'  '.repeat(Math.min(depth, 8))}- ${oneLine(text)}`),
    row: (cells: readonly string[]): void => {
      const last = cells.findLastIndex((cell) => cell.trim() !== '') + 1;
      add('row', cells.slice(0, Math.min(last, maxCells)).map(oneLine).join('\t'));
    },
    code: (text: string): void => add('code', text.trim() && `\`\`\`\n${text.replace(/^\n+|\s+$/g, '')}\n\`\`\``),
    /** What was gathered since the last time. */
    take(): string {
      const text = blocks.splice(0).reduce((all, { kind, text }, at, list) => {
        const before = list[at - 1]?.kind;
        if (before === undefined) return text;
        return `${all}${before === kind && (kind === 'item' || kind === 'row') ? '\n' : '\n\n'}${text}`;
      }, '');
      return cleanText(text);
    },
  };
}

const oneLine = (text: string): string => text.replace(/\s+/g, ' ').trim();

/** Keeps the line breaks that the author set, as in addresses and poems. */
const tidy = (text: string): string =>
  text
    .split('\n')
    .map((line) => line.replace(/[^\S\t]+/g, ' ').trim())
    .filter(Boolean)
    .join('\n');

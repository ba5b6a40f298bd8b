import type { Extraction } from '../../driver.ts';
import { openArchive, part, type Archive } from './archive.ts';
import { createOutline, type Outline } from './outline.ts';
import { readXml, type Attributes } from './xml.ts';

/** Level of a heading's outline by the id of its style. */
type Styles = ReadonlyMap<string, number>;

/** Word documents (ECMA-376, WordprocessingML): text, headings, lists, tables, notes; what was deleted under tracking is not read. */
export async function readDocx(bytes: Uint8Array): Promise<Extraction> {
  const archive = await openArchive(bytes);
  const outline = createOutline();
  const styles = readStyles(await archive.text('word/styles.xml'));
  readBody(await part(archive, mainPart(archive)), styles, outline);
  for (const notes of ['word/footnotes.xml', 'word/endnotes.xml'])
    readBody((await archive.text(notes)) ?? '', styles, outline);
  return { pages: [{ page: null, text: outline.take() }], page_count: null };
}

/** Templates and macro documents have the same part; very old converters call it otherwise. */
const mainPart = ({ names }: Archive): string =>
  names.find((name) => /^word\/document\d*\.xml$/.test(name)) ?? 'word/document.xml';

function readStyles(xml: string | null): Styles {
  const levels = new Map<string, number>();
  let id = '';
  readXml(xml ?? '', {
    open(name, attributes) {
      if (name === 'w:style') id = attributes['w:styleId'] ?? '';
      else if (name === 'w:name') {
        const named = /^(?:heading (\d)|(title))$/i.exec(attributes['w:val'] ?? '');
        if (named) levels.set(id, Number(named[1] ?? 1));
      } else if (name === 'w:outlineLvl' && id) levels.set(id, level(attributes));
    },
  });
  return levels;
}

const level = (attributes: Attributes): number => Math.min(Number(attributes['w:val'] ?? 0) + 1, 6);

type Paragraph = { text: string; heading: number; depth: number | null };

/** Parts that say a thing twice, or what is not there any more. */
const skipped = new Set(['mc:Fallback', 'w:moveFrom', 'w:del']);

function readBody(xml: string, styles: Styles, outline: Outline): void {
  const paragraphs: Paragraph[] = [];
  /** Rows that are open: a cell's text is what its paragraphs say. Tables within cells are read as part of them. */
  const rows: string[][] = [];
  let skipping = 0;
  let inText = false;
  const add = (text: string): void => {
    const current = paragraphs.at(-1);
    if (current) current.text += text;
  };
  readXml(xml, {
    open(name, attributes) {
      if (skipped.has(name)) skipping += 1;
      if (skipping) return;
      const current = paragraphs.at(-1);
      if (name === 'w:p') paragraphs.push({ text: '', heading: 0, depth: null });
      else if (name === 'w:t') inText = true;
      else if (name === 'w:tab' || name === 'w:ptab') add('\t');
      else if (name === 'w:br' || name === 'w:cr') add('\n');
      else if (name === 'w:noBreakHyphen') add('-');
      else if (name === 'w:tr') rows.push([]);
      else if (name === 'w:tc') rows.at(-1)?.push('');
      else if (!current) return;
      else if (name === 'w:pStyle') current.heading = styles.get(attributes['w:val'] ?? '') ?? 0;
      else if (name === 'w:outlineLvl') current.heading = Number(attributes['w:val']) < 9 ? level(attributes) : 0;
      else if (name === 'w:numPr') current.depth ??= 0;
      else if (name === 'w:ilvl') current.depth = Number(attributes['w:val'] ?? 0) || 0;
    },
    text(piece) {
      if (inText && !skipping) add(piece);
    },
    close(name) {
      if (skipped.has(name)) skipping -= 1;
      else if (skipping) return;
      else if (name === 'w:t') inText = false;
      else if (name === 'w:p') endParagraph(paragraphs.pop());
      else if (name === 'w:tr') endRow(rows.pop() ?? []);
    },
  });

  function endParagraph(paragraph: Paragraph | undefined): void {
    if (!paragraph) return;
    const { text, heading, depth } = paragraph;
    const row = rows.at(-1);
    if (row?.length) row[row.length - 1] += ` ${text}`;
    else if (heading) outline.heading(heading, text);
    else if (depth !== null) outline.item(text, depth);
    else outline.paragraph(text);
  }

  function endRow(cells: string[]): void {
    const outer = rows.at(-1);
    if (outer?.length) outer[outer.length - 1] += ` ${cells.join(' ')}`;
    else outline.row(cells);
  }
}

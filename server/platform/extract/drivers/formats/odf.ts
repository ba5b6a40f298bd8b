import type { ExtractedPage, Extraction } from '../../driver.ts';
import { AppError } from '../../../../lib/errors.ts';
import { openArchive, part } from './archive.ts';
import { createOutline } from './outline.ts';
import { readXml, type Attributes } from './xml.ts';

/** A sheet may say that its last cell or row is repeated to the edge of the world. */
const maxRepeats = 100;

const skipped = new Set([
  'office:annotation',
  'text:tracked-changes',
  'presentation:notes',
  'office:forms',
  'svg:desc',
]);

/** OpenDocument texts, sheets and presentations (OASIS ODF 1.3): headings, lists, tables; a page is a slide. */
export async function readOdf(bytes: Uint8Array): Promise<Extraction> {
  const archive = await openArchive(bytes);
  const manifest = (await archive.text('META-INF/manifest.xml')) ?? '';
  if (manifest.includes('manifest:encryption-data')) throw new AppError('FILE_ENCRYPTED');
  const outline = createOutline();
  const pages: ExtractedPage[] = [];
  const texts: { text: string; level: number }[] = [];
  const rows: { cells: string[]; repeat: number }[] = [];
  let lists = 0;
  let skipping = 0;
  let isPresentation = false;
  let isTitle = false;

  const add = (text: string): void => {
    const current = texts.at(-1);
    if (current && !skipping) current.text += text;
  };

  function open(name: string, attributes: Attributes): void {
    if (skipped.has(name)) skipping += 1;
    if (skipping) return;
    if (name === 'office:presentation') isPresentation = true;
    else if (name === 'text:h')
      texts.push({ text: '', level: isPresentation ? 1 : Number(attributes['text:outline-level'] ?? 1) || 1 });
    else if (name === 'text:p') texts.push({ text: '', level: isTitle ? 1 : 0 });
    else if (name === 'draw:frame') isTitle = attributes['presentation:class'] === 'title';
    else if (name === 'text:list') lists += 1;
    else if (name === 'text:tab') add('\t');
    else if (name === 'text:line-break') add('\n');
    else if (name === 'text:s') add(' ');
    else if (name === 'table:table' && rows.length === 0) outline.heading(1, sheetName(attributes));
    else if (name === 'table:table-row')
      rows.push({ cells: [], repeat: repeats(attributes['table:number-rows-repeated']) });
    else if (name === 'table:table-cell' || name === 'table:covered-table-cell') {
      const repeated = repeats(attributes['table:number-columns-repeated']);
      rows.at(-1)?.cells.push(...Array<string>(repeated).fill(''));
    }
  }

  function close(name: string): void {
    if (skipped.has(name)) skipping -= 1;
    else if (skipping) return;
    else if (name === 'text:p' || name === 'text:h') endText(texts.pop());
    else if (name === 'text:list') lists -= 1;
    else if (name === 'table:table-row') endRow(rows.pop());
    else if (name === 'draw:frame') isTitle = false;
    else if (name === 'draw:page') pages.push({ page: pages.length + 1, text: outline.take() });
  }

  function endText(ended: { text: string; level: number } | undefined): void {
    if (!ended) return;
    const cells = rows.at(-1)?.cells;
    if (cells?.length) cells[cells.length - 1] += ` ${ended.text}`;
    else if (ended.level) outline.heading(ended.level, ended.text);
    else if (lists) outline.item(ended.text, lists - 1);
    else outline.paragraph(ended.text);
  }

  function endRow(ended: { cells: string[]; repeat: number } | undefined): void {
    if (!ended) return;
    const outer = rows.at(-1)?.cells;
    if (outer?.length) outer[outer.length - 1] += ` ${ended.cells.join(' ')}`;
    else if (ended.cells.some((cell) => cell.trim() !== ''))
      for (let n = ended.repeat; n > 0; n -= 1) outline.row(ended.cells);
  }

  readXml(await part(archive, 'content.xml'), { open, text: add, close });
  if (isPresentation) return { pages, page_count: pages.length };
  return { pages: [{ page: null, text: outline.take() }], page_count: null };
}

/** In a text, tables have names that nobody gave. */
const sheetName = (attributes: Attributes): string => {
  const name = attributes['table:name'] ?? '';
  return /^(Table|Tabelle)\d*$/.test(name) ? '' : name;
};

const repeats = (value: string | undefined): number => {
  const times = Number(value ?? 1);
  return times >= 1 && times <= maxRepeats ? times : 1;
};

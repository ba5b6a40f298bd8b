import type { Extraction, ExtractionProgress } from '../../driver.ts';
import { openArchive, part } from './archive.ts';
import { createOutline, type Outline } from './outline.ts';
import { readRelations, readXml } from './xml.ts';

/** Cells further to the right are not read: formats reach there, data does not. */
const maxColumns = 500;

/** Workbooks (ECMA-376, SpreadsheetML): each sheet under its name as the heading, a line for each row, values as they were last computed. */
export async function readXlsx(bytes: Uint8Array, progress: ExtractionProgress): Promise<Extraction> {
  const archive = await openArchive(bytes);
  const relations = readRelations(await archive.text('xl/_rels/workbook.xml.rels'), 'xl');
  const sheets: { name: string; path: string }[] = [];
  let since1904 = false;
  readXml(await part(archive, 'xl/workbook.xml'), {
    open(name, attributes) {
      if (name === 'workbookPr') since1904 = /^(1|true)$/.test(attributes['date1904'] ?? '');
      const path = name === 'sheet' ? relations.get(attributes['r:id'] ?? '')?.target : undefined;
      if (path) sheets.push({ name: attributes['name'] ?? '', path });
    },
  });
  const strings = readStrings((await archive.text('xl/sharedStrings.xml')) ?? '');
  const dates = readDateFormats((await archive.text('xl/styles.xml')) ?? '');
  const outline = createOutline();
  for (const [at, { name, path }] of sheets.entries()) {
    outline.heading(1, name);
    readSheet((await archive.text(path)) ?? '', { strings, dates, since1904 }, outline);
    progress(at + 1, sheets.length);
  }
  return { pages: [{ page: null, text: outline.take() }], page_count: null };
}

function readStrings(xml: string): string[] {
  const strings: string[] = [];
  let phonetic = false;
  let inText = false;
  readXml(xml, {
    open(name) {
      if (name === 'si') strings.push('');
      else if (name === 'rPh') phonetic = true;
      else if (name === 't') inText = !phonetic;
    },
    text(piece) {
      if (inText) strings[strings.length - 1] += piece;
    },
    close(name) {
      if (name === 't') inText = false;
      else if (name === 'rPh') phonetic = false;
    },
  });
  return strings;
}

/** Numbers of the cell formats that show dates (ECMA-376 part 1, 18.8.30). */
function readDateFormats(xml: string): Set<number> {
  const custom = new Set<number>();
  const dates = new Set<number>();
  let inFormats = false;
  let at = 0;
  readXml(xml, {
    open(name, { numFmtId, formatCode }) {
      const format = Number(numFmtId);
      if (name === 'numFmt' && isDateCode(formatCode ?? '')) custom.add(format);
      else if (name === 'cellXfs') inFormats = true;
      else if (name === 'xf' && inFormats) {
        if (custom.has(format) || (format >= 14 && format <= 22) || (format >= 45 && format <= 47)) dates.add(at);
        at += 1;
      }
    },
    close(name) {
      if (name === 'cellXfs') inFormats = false;
    },
  });
  return dates;
}

/** Outside of quotes and brackets: days, months, years or hours. */
const isDateCode = (code: string): boolean => /[dmyhs]/i.test(code.replace(/"[^"]*"|\\.|\[[^\]]*\]|General/gi, ''));

type Book = { strings: readonly string[]; dates: ReadonlySet<number>; since1904: boolean };

function readSheet(xml: string, book: Book, outline: Outline): void {
  let row: string[] = [];
  let cell = { column: 0, type: '', style: -1, text: '' };
  let inValue = false;
  readXml(xml, {
    open(name, { r, t, s }) {
      if (name === 'row') row = [];
      else if (name === 'c')
        cell = { column: r ? columnOf(r) : row.length, type: t ?? 'n', style: Number(s ?? -1), text: '' };
      else if (name === 'v' || name === 't') inValue = true;
    },
    text(piece) {
      if (inValue) cell.text += piece;
    },
    close(name) {
      if (name === 'v' || name === 't') inValue = false;
      else if (name === 'c' && cell.column < maxColumns) {
        while (row.length < cell.column) row.push('');
        row[cell.column] = shown(cell, book);
      } else if (name === 'row') outline.row(row);
    },
  });
}

/** `AB12` → 27. */
function columnOf(reference: string): number {
  let column = 0;
  for (const letter of /^[A-Z]{1,3}/i.exec(reference)?.[0].toUpperCase() ?? 'A')
    column = column * 26 + (letter.charCodeAt(0) - 64);
  return column - 1;
}

function shown({ type, style, text }: { type: string; style: number; text: string }, book: Book): string {
  if (type === 's') return book.strings[Number(text)] ?? '';
  if (type === 'b') return text === '1' ? 'TRUE' : 'FALSE';
  if (type === 'n' && text !== '' && book.dates.has(style)) return dateOf(Number(text), book.since1904) ?? text;
  // 0.1 + 0.2 is stored as 0.30000000000000004 and never shown so.
  return type === 'n' && /\.\d{12}/.test(text) ? String(Number(Number(text).toPrecision(12))) : text;
}

/** Days since 1900 or 1904 as a date, an ISO time behind it where there is one. */
function dateOf(serial: number, since1904: boolean): string | null {
  if (!Number.isFinite(serial) || serial < 0 || serial > 2_958_465) return null;
  const epoch = since1904 ? Date.UTC(1904, 0, 1) : Date.UTC(1899, 11, 30);
  const iso = new Date(epoch + Math.round(serial * 86_400) * 1_000).toISOString();
  const time = iso.slice(11, 16);
  if (serial < 1) return time;
  return time === '00:00' ? iso.slice(0, 10) : `${iso.slice(0, 10)} ${time}`;
}

import { Parser } from 'htmlparser2';
import { AppError } from '../../../../lib/errors.ts';
import { createOutline, type Outline } from './outline.ts';
import type { Attributes } from './xml.ts';

function named(names: string): ReadonlySet<string> {
  return new Set(names.split(' '));
}

/** Elements within each other; browsers stop at 512. */
const maxDepth = 2_000;

/** What is not the text of a page: programs, forms, what stands around every page of a site, and pictures of text. */
const skipped = named(
  'script style noscript template svg math iframe object canvas audio video form button select dialog nav aside',
);
/** Around the text, unless they stand within an article of their own. */
const framing = named('header footer');
const framingRoles = named('navigation banner contentinfo complementary search dialog menu');
const whole = named('article main section blockquote');
const blockEnds = named(
  'p div section article main header footer blockquote figure figcaption address ul ol dl dt dd table hr details ' +
    'summary body center fieldset',
);

/** A main part with less text than this is an empty shell; then all of the page is read. */
const enoughCharacters = 200;

export type HtmlText = { title: string; text: string };

/**
 * The readable part of a web page (HTML Living Standard): its main part or article where it says which that is, else all
 * but what frames it. Nothing runs and nothing is fetched; broken markup is read as browsers do, as far as it goes.
 */
export function readHtml(html: string): HtmlText {
  const page = read(html, null);
  for (const part of ['main', 'article']) {
    const { text } = read(html, part);
    if (text.length >= enoughCharacters) return { title: page.title, text };
  }
  return page.text === '' ? { ...page, text: read(html, null, true).text } : page;
}

/** `only`: nothing but what stands in this element. `all`: also what frames the page. */
function read(html: string, only: string | null, all = false): HtmlText {
  const outline = createOutline();
  const state = createState(outline);
  const open: { name: string; skips: boolean; only: boolean }[] = [];
  let title = '';
  let skipping = 0;
  let inside = 0;

  const isSkipped = (name: string, attributes: Attributes): boolean => {
    if ('hidden' in attributes || attributes['aria-hidden'] === 'true') return true;
    if (/display:\s*none|visibility:\s*hidden/i.test(attributes['style'] ?? '')) return true;
    if (name === 'script' || name === 'style' || name === 'template') return true;
    if (all) return false;
    if (skipped.has(name) || framingRoles.has(attributes['role'] ?? '')) return true;
    return framing.has(name) && !open.some((outer) => whole.has(outer.name));
  };

  const parser = new Parser({
    onopentag(name, attributes) {
      if (open.length > maxDepth) throw new AppError('FILE_UNREADABLE');
      const isOnly = name === only || (only === 'main' && attributes['role'] === 'main');
      const entry = { name, skips: isSkipped(name, attributes), only: isOnly };
      open.push(entry);
      if (entry.skips) skipping += 1;
      if (isOnly) inside += 1;
      if (!skipping && (only === null || inside)) state.open(name, attributes);
    },
    ontext(text) {
      if (open.at(-1)?.name === 'title' && !open.some(({ name }) => name === 'svg')) title += text;
      else if (!skipping && (only === null || inside) && !open.some(({ name }) => name === 'head')) state.text(text);
    },
    onclosetag(name) {
      const entry = open.pop();
      if (!skipping && (only === null || inside)) state.close(name);
      if (entry?.skips) skipping -= 1;
      if (entry?.only) inside -= 1;
    },
  });
  parser.end(html);
  state.end();
  return { title: title.replace(/\s+/g, ' ').trim(), text: outline.take() };
}

/** What has been read and not yet become a block. */
function createState(outline: Outline) {
  let text = '';
  let heading = 0;
  let lists = 0;
  let items = 0;
  let pre = 0;
  /** Cells of the open rows; tables that only lay a page out have one cell a row. */
  const rows: string[][] = [];

  const flush = (): void => {
    const said = text;
    text = '';
    if (said.trim() === '') return;
    const row = rows.at(-1);
    if (pre) outline.code(said);
    else if (row?.length) row[row.length - 1] += ` ${said}`;
    else if (heading) outline.heading(heading, said);
    else if (items && lists) outline.item(said, lists - 1);
    else outline.paragraph(said);
  };

  return {
    text(piece: string): void {
      text += pre ? piece : piece.replace(/\s+/g, ' ');
    },
    open(name: string, attributes: Attributes): void {
      if (/^h[1-6]$/.test(name)) {
        flush();
        heading = Number(name[1]);
      } else if (name === 'br') text += '\n';
      else if (name === 'img' && attributes['alt']) text += ` ${attributes['alt']} `;
      else if (name === 'li') {
        flush();
        items += 1;
      } else if (name === 'tr') {
        flush();
        rows.push([]);
      } else if (name === 'td' || name === 'th') {
        flush();
        rows.at(-1)?.push('');
      } else if (name === 'pre') {
        flush();
        pre += 1;
      } else if (blockEnds.has(name)) flush();
      if (name === 'ul' || name === 'ol') lists += 1;
    },
    close(name: string): void {
      if (/^h[1-6]$/.test(name)) {
        flush();
        heading = 0;
      } else if (name === 'li') {
        flush();
        items = Math.max(0, items - 1);
      } else if (name === 'td' || name === 'th') flush();
      else if (name === 'tr') {
        flush();
        const row = rows.pop();
        const outer = rows.at(-1);
        if (row?.length === 1 && !outer) outline.paragraph(row[0] ?? '');
        else if (row && outer?.length) outer[outer.length - 1] += ` ${row.join(' ')}`;
        else if (row) outline.row(row);
      } else if (name === 'pre') {
        flush();
        pre = Math.max(0, pre - 1);
      } else if (blockEnds.has(name)) flush();
      if (name === 'ul' || name === 'ol') lists = Math.max(0, lists - 1);
    },
    end: flush,
  };
}

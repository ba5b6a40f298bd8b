import type { ExtractedPage, Extraction, ExtractionProgress } from '../../driver.ts';
import { openArchive, part, type Archive } from './archive.ts';
import { createOutline, type Outline } from './outline.ts';
import { readRelations, readXml } from './xml.ts';

/** Presentations (ECMA-376, PresentationML): a page is a slide, with its notes. */
export async function readPptx(bytes: Uint8Array, progress: ExtractionProgress): Promise<Extraction> {
  const archive = await openArchive(bytes);
  const slides = await slidePaths(archive);
  const pages: ExtractedPage[] = [];
  for (const [at, path] of slides.entries()) {
    const outline = createOutline();
    readSlide((await archive.text(path)) ?? '', outline);
    const notes = [...(await relationsOf(archive, path)).values()].find(({ type }) => type === 'notesSlide');
    if (notes) readSlide((await archive.text(notes.target)) ?? '', outline);
    pages.push({ page: at + 1, text: outline.take() });
    progress(at + 1, slides.length);
  }
  return { pages, page_count: slides.length };
}

async function relationsOf(archive: Archive, path: string) {
  const [folder, name] = [path.slice(0, path.lastIndexOf('/')), path.slice(path.lastIndexOf('/') + 1)];
  return readRelations(await archive.text(`${folder}/_rels/${name}.rels`), folder);
}

/** In the order in which they are shown. */
async function slidePaths(archive: Archive): Promise<string[]> {
  const relations = await relationsOf(archive, 'ppt/presentation.xml');
  const paths: string[] = [];
  readXml(await part(archive, 'ppt/presentation.xml'), {
    open(name, attributes) {
      const target = name === 'p:sldId' ? relations.get(attributes['r:id'] ?? '')?.target : undefined;
      if (target) paths.push(target);
    },
  });
  return paths;
}

/** Placeholders that repeat themselves on every slide. */
const furniture = new Set(['sldNum', 'dt', 'ftr', 'hdr', 'sldImg']);

function readSlide(xml: string, outline: Outline): void {
  let placeholder = '';
  let text: string | null = null;
  let depth = 0;
  let row: string[] | null = null;
  let inText = false;
  readXml(xml, {
    open(name, attributes) {
      if (name === 'p:sp') placeholder = '';
      else if (name === 'p:ph') placeholder = attributes['type'] ?? 'body';
      else if (name === 'a:p') [text, depth] = ['', 0];
      else if (name === 'a:pPr') depth = Number(attributes['lvl'] ?? 0) || 0;
      else if (name === 'a:t') inText = true;
      else if (name === 'a:br' && text !== null) text += '\n';
      else if (name === 'a:tr') row = [];
      else if (name === 'a:tc') row?.push('');
    },
    text(piece) {
      if (inText && text !== null) text += piece;
    },
    close(name) {
      if (name === 'a:t') inText = false;
      else if (name === 'a:p' && text !== null) {
        endParagraph(text);
        text = null;
      } else if (name === 'a:tr' && row) {
        outline.row(row);
        row = null;
      }
    },
  });

  function endParagraph(said: string): void {
    if (row?.length) row[row.length - 1] += ` ${said}`;
    else if (furniture.has(placeholder)) return;
    else if (/title$/i.test(placeholder)) outline.heading(1, said);
    else if (placeholder === 'body' || placeholder === 'obj') outline.item(said, depth);
    else outline.paragraph(said);
  }
}

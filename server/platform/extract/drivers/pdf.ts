import type { Canvas } from '@napi-rs/canvas';
import { OPS } from 'pdfjs-dist/legacy/build/pdf.mjs';
import type { PDFDocumentProxy, PDFPageProxy } from 'pdfjs-dist/legacy/build/pdf.mjs';
import { AppError } from '../../../lib/errors.ts';
import type { ExtractedPage, Extraction, ExtractionProgress } from '../driver.ts';
import { layOut, type TextRun } from '../layout.ts';
import { placed } from '../placing.ts';
import type { Fragment } from '../reading-order.ts';
import type { Ocr } from './formats/ocr.ts';
import { readSide } from './formats/picture-limits.ts';
import { drawPage, withPdf } from './pdf-page.ts';

/** When this many pages fail before one succeeds, the rest is not tried: a broken file may claim millions of pages. */
const hopeless = 25;

/** Dots an inch that scans are read at, and the points of a PDF's inch. */
const readDpi = 300;
const pointsPerInch = 72;

/**
 * A PDF page by page: its text layer, and where a page has none, what can be read in its picture. Throws FILE_ENCRYPTED
 * or FILE_UNREADABLE.
 */
export async function readPdf(data: Uint8Array, progress: ExtractionProgress): Promise<Extraction> {
  return withPdf(data, (document) => readPages(document, progress));
}

async function readPages(document: PDFDocumentProxy, progress: ExtractionProgress): Promise<Extraction> {
  const total = document.numPages;
  const pages: ExtractedPage[] = [];
  const scans = createScanReader();
  let failure: unknown;
  for (let number = 1; number <= total; number += 1) {
    try {
      const page = await document.getPage(number);
      const layer = await textOf(page);
      pages.push({ page: number, ...(layer.text ? layer : await scans.read(page)) });
      page.cleanup();
    } catch (error) {
      failure = error;
      if (pages.length === 0 && number >= hopeless) break;
    }
    progress(number, total);
  }
  await scans.close();
  if (pages.length === 0) throw new AppError('FILE_UNREADABLE', { cause: failure });
  return { pages, page_count: total, ...(scans.count() && { pages_from_pictures: scans.count() }) };
}

type PageText = Pick<ExtractedPage, 'text' | 'placed'>;

/** Text in the picture of a page. The recogniser is large and loaded for the first such page. */
function createScanReader() {
  let ocr: Promise<Ocr> | undefined;
  let count = 0;
  return {
    count: () => count,
    async read(page: PDFPageProxy): Promise<PageText> {
      const canvas = await pictureOf(page);
      if (canvas === null) return { text: '' };
      ocr ??= import('./formats/ocr.ts').then(({ createOcr }) => createOcr());
      const read = await (await ocr).read(canvas);
      if (read.text) count += 1;
      return read;
    },
    close: async () => (await ocr)?.close(),
  };
}

const drawsImage: ReadonlySet<number> = new Set([
  OPS.paintImageXObject,
  OPS.paintInlineImageXObject,
  OPS.paintImageMaskXObject,
  OPS.paintImageXObjectRepeat,
  OPS.paintImageMaskXObjectRepeat,
  OPS.paintImageMaskXObjectGroup,
  OPS.paintInlineImageXObjectGroup,
]);

/** The page drawn, black on white; null where it draws no picture that could hold text. */
async function pictureOf(page: PDFPageProxy): Promise<Canvas | null> {
  const { fnArray } = await page.getOperatorList();
  if (!fnArray.some((operation) => drawsImage.has(operation))) return null;
  return drawPage(page, { side: readSide, scale: readDpi / pointsPerInch });
}

/** Upright text first, then what is turned by each quarter, read as if it were upright. */
async function textOf(page: PDFPageProxy): Promise<PageText> {
  const { items } = await page.getTextContent();
  const viewport = page.getViewport({ scale: 1 });
  const byQuarter: [TextRun[], TextRun[], TextRun[], TextRun[]] = [[], [], [], []];
  let rightToLeft = 0;
  for (const item of items) {
    if (!('str' in item) || !item.str) continue;
    const [a, b, , , x, y] = compose(viewport.transform as number[], item.transform as number[]);
    const quarter = ((Math.round(Math.atan2(b, a) / (Math.PI / 2)) % 4) + 4) % 4;
    byQuarter[quarter as 0 | 1 | 2 | 3].push({
      text: item.str,
      ...upright(quarter, x, y),
      width: item.width,
      height: item.height,
    });
    if (item.dir === 'rtl') rightToLeft += 1;
  }
  const mirror = rightToLeft > items.length / 2;
  const read = byQuarter.map((runs) => layOut(mirror ? runs.map(mirrored) : runs));
  return {
    text: read
      .map(({ text }) => text)
      .filter(Boolean)
      .join('\n\n'),
    placed: read.flatMap(({ fragments }, quarter) =>
      fragments.flatMap((fragment) =>
        placed(fragment.text, rectangleOf(mirror ? mirrored(fragment) : fragment, quarter), viewport),
      ),
    ),
  };
}

const mirrored = <T extends Fragment>(run: T): T => ({ ...run, x: -run.x - run.width });

function upright(quarter: number, x: number, y: number): { x: number; y: number } {
  if (quarter === 1) return { x: y, y: -x };
  if (quarter === 2) return { x: -x, y: -y };
  if (quarter === 3) return { x: -y, y: x };
  return { x, y };
}

/** What letters take above and below their baseline, in their height. */
const rise = { above: 0.9, below: 0.25 };

/** Where upright text stands on the page as it is shown. */
function rectangleOf({ x, y, width, height }: Fragment, quarter: number) {
  // Back is as many quarters again as make the turn whole.
  const back = (4 - quarter) % 4;
  const one = upright(back, x, y - rise.above * height);
  const other = upright(back, x + width, y + rise.below * height);
  return {
    left: Math.min(one.x, other.x),
    right: Math.max(one.x, other.x),
    top: Math.min(one.y, other.y),
    bottom: Math.max(one.y, other.y),
  };
}

type Matrix = [number, number, number, number, number, number];

/** The product of two transformations, `outer` applied after `inner` (ISO 32000-1, 8.3.4). */
function compose(outer: number[], inner: number[]): Matrix {
  const [a1, b1, c1, d1, e1, f1] = outer as Matrix;
  const [a2, b2, c2, d2, e2, f2] = inner as Matrix;
  return [
    a1 * a2 + c1 * b2,
    b1 * a2 + d1 * b2,
    a1 * c2 + c1 * d2,
    b1 * c2 + d1 * d2,
    a1 * e2 + c1 * f2 + e1,
    b1 * e2 + d1 * f2 + f1,
  ];
}

import { createRequire } from 'node:module';
import { dirname, join, sep } from 'node:path';
import type { Canvas } from '@napi-rs/canvas';
import { getDocument, VerbosityLevel } from 'pdfjs-dist/legacy/build/pdf.mjs';
import type { PDFDocumentProxy, PDFPageProxy } from 'pdfjs-dist/legacy/build/pdf.mjs';
import { AppError } from '../../../lib/errors.ts';
import { maxPixels } from './formats/picture-limits.ts';

const home = dirname(createRequire(import.meta.url).resolve('pdfjs-dist/package.json'));

/** Opens a PDF for as long as it is used. Throws FILE_ENCRYPTED or FILE_UNREADABLE. */
export async function withPdf<T>(data: Uint8Array, read: (document: PDFDocumentProxy) => Promise<T>): Promise<T> {
  const loading = getDocument({
    data,
    verbosity: VerbosityLevel.ERRORS,
    // East Asian files often name a character map instead of carrying one.
    cMapUrl: join(home, 'cmaps') + sep,
    cMapPacked: true,
    // Scanners pack their pages as JBIG2 and JPEG 2000.
    wasmUrl: join(home, 'wasm') + sep,
    maxImageSize: maxPixels,
    disableFontFace: true,
    useSystemFonts: false,
    enableXfa: false,
  });
  try {
    return await read(await loading.promise);
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw new AppError((error as Error).name === 'PasswordException' ? 'FILE_ENCRYPTED' : 'FILE_UNREADABLE', {
      cause: error,
    });
  } finally {
    await loading.destroy();
  }
}

/** A page on white, `scale` times its own size, and no side longer than `side` pixels. */
export async function drawPage(page: PDFPageProxy, most: { side: number; scale: number }): Promise<Canvas> {
  const { width, height } = page.getViewport({ scale: 1 });
  const viewport = page.getViewport({ scale: Math.min(most.scale, most.side / Math.max(width, height)) });
  const { createCanvas } = await import('@napi-rs/canvas');
  const canvas = createCanvas(Math.ceil(viewport.width), Math.ceil(viewport.height));
  // The library's own canvas in Node is this one too; its types know the browser's alone.
  await page.render({ canvas: canvas as never, viewport, background: '#fff' }).promise;
  return canvas;
}

/** What a PDF looks like when it is opened, as a JPEG. One with a password looks like nothing: FILE_UNREADABLE. */
export async function drawFirstPage(data: Uint8Array, side: number): Promise<Uint8Array> {
  return withPdf(data, async (document) =>
    (await drawPage(await document.getPage(1), { side, scale: Infinity })).toBuffer('image/jpeg', 80),
  );
}

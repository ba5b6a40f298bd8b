import { getDocument, GlobalWorkerOptions, VerbosityLevel, version } from 'pdfjs-dist/legacy/build/pdf.mjs';
import type { PDFDocumentProxy } from 'pdfjs-dist/legacy/build/pdf.mjs';
// oxlint-disable-next-line import/default -- an address, which Vite makes of it
import worker from 'pdfjs-dist/legacy/build/pdf.worker.min.mjs?url';

GlobalWorkerOptions.workerSrc = worker;

/** Beside the page; see plugins/pdf-data.ts. */
const data = `/assets/pdf-${version}`;

/** A PDF that is being opened. `close` gives back what it holds, also before it is open. */
export type OpeningPdf = { document: Promise<PDFDocumentProxy>; close(): void };

/** Opens a file in a worker. Nothing in it is run, and nothing is fetched from anywhere but here. */
export function openPdf(fileId: string): OpeningPdf {
  const loading = getDocument({
    url: `/api/files/${fileId}/content`,
    // Only what is looked at is fetched of a long one, in few requests.
    rangeChunkSize: 256 * 1024,
    disableAutoFetch: true,
    disableStream: true,
    verbosity: VerbosityLevel.ERRORS,
    cMapUrl: `${data}/cmaps/`,
    standardFontDataUrl: `${data}/standard_fonts/`,
    wasmUrl: `${data}/wasm/`,
    useWasm: false,
    useSystemFonts: false,
    enableXfa: false,
  });
  return { document: loading.promise, close: () => void loading.destroy() };
}

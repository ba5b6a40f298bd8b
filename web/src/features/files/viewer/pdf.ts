import { getDocument, GlobalWorkerOptions, VerbosityLevel, version } from 'pdfjs-dist/legacy/build/pdf.mjs';
import type { PDFDocumentLoadingTask, PDFDocumentProxy } from 'pdfjs-dist/legacy/build/pdf.mjs';
// oxlint-disable-next-line import/default -- an address, which Vite makes of it
import worker from 'pdfjs-dist/legacy/build/pdf.worker.min.mjs?url';
import type { Client } from '../../../lib/client.ts';
import { pageUrl } from '../../../lib/server.ts';

GlobalWorkerOptions.workerSrc = worker;

/** Beside the page; see plugins/pdf-data.ts. */
const data = pageUrl(`/assets/pdf-${version}`);

/** A PDF that is being opened. `close` gives back what it holds, also before it is open. */
export type OpeningPdf = { document: Promise<PDFDocumentProxy>; close(): void };

/**
 * Opens a file in a worker. Nothing in it is run, and nothing is fetched from anywhere but here. With the session's cookie only what is looked at is
 * fetched of a long one, in few requests; where the server takes tokens, the whole by the client.
 */
export function openPdf(fileId: string, client: Pick<Client, 'byToken' | 'open'>): OpeningPdf {
  const path = `/api/files/${fileId}/content`;
  const leave = new AbortController();
  let loading: PDFDocumentLoadingTask | undefined;
  async function open(): Promise<PDFDocumentProxy> {
    const source = client.byToken()
      ? { data: await (await client.open('GET', path, { signal: leave.signal })).arrayBuffer() }
      : { url: path, rangeChunkSize: 256 * 1024, disableAutoFetch: true, disableStream: true };
    leave.signal.throwIfAborted();
    loading = getDocument({
      ...source,
      verbosity: VerbosityLevel.ERRORS,
      cMapUrl: `${data}/cmaps/`,
      standardFontDataUrl: `${data}/standard_fonts/`,
      wasmUrl: `${data}/wasm/`,
      useWasm: false,
      useSystemFonts: false,
      enableXfa: false,
    });
    return loading.promise;
  }
  return {
    document: open(),
    close: () => {
      leave.abort();
      void loading?.destroy();
    },
  };
}

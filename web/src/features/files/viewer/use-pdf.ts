import type { PDFDocumentProxy } from 'pdfjs-dist/legacy/build/pdf.mjs';
import { useEffect, useState } from 'react';
import { useServices } from '../../../app/services.ts';
import { openPdf } from './pdf.ts';

export type OpenPdf = { document: PDFDocumentProxy | null; failed: boolean };

/** A file as a PDF, as long as it is shown. */
export function usePdf(fileId: string): OpenPdf {
  const { client } = useServices();
  const [state, setState] = useState<OpenPdf>({ document: null, failed: false });
  useEffect(() => {
    const opening = openPdf(fileId, client);
    let wanted = true;
    setState({ document: null, failed: false });
    opening.document.then(
      (document) => {
        if (wanted) setState({ document, failed: false });
      },
      () => {
        if (wanted) setState({ document: null, failed: true });
      },
    );
    return () => {
      wanted = false;
      opening.close();
    };
  }, [client, fileId]);
  return state;
}

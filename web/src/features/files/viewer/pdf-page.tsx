import type { PDFDocumentProxy } from 'pdfjs-dist/legacy/build/pdf.mjs';
import { useEffect, useRef, useState } from 'react';
import { useStrings } from '../../../lib/strings/index.ts';
import type { Marks } from './marks.ts';
import { Sheet } from './sheet.tsx';

type Props = {
  document: PDFDocumentProxy;
  page: number;
  /** CSS pixels. */
  width: number;
  marks: Marks | undefined;
};

/** Pixels of a canvas beyond which phones give up. */
const maxPixels = 16_000_000;

/** One page of a PDF, drawn as wide as it is told. */
export function PdfPage({ document, page: number, width, marks }: Props) {
  const strings = useStrings();
  const canvas = useRef<HTMLCanvasElement>(null);
  const [drawn, setDrawn] = useState<{ number: number; ratio: number } | null>(null);
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    const stop = new AbortController();
    setFailed(false);
    draw().catch(() => {
      if (!stop.signal.aborted) setFailed(true);
    });
    return () => stop.abort();

    async function draw(): Promise<void> {
      const page = await document.getPage(number);
      const shape = page.getViewport({ scale: 1 });
      const ratio = shape.height / shape.width;
      const sharp = Math.min(window.devicePixelRatio || 1, Math.sqrt(maxPixels / (width * width * ratio)));
      const viewport = page.getViewport({ scale: (width / shape.width) * sharp });
      // Drawn aside, so that the page before stays until this one is there.
      const aside = window.document.createElement('canvas');
      aside.width = Math.floor(viewport.width);
      aside.height = Math.floor(viewport.height);
      const task = page.render({ canvas: aside, viewport, background: '#fff' });
      stop.signal.addEventListener('abort', () => task.cancel());
      await task.promise;
      const shown = canvas.current;
      if (stop.signal.aborted || !shown) return;
      shown.width = aside.width;
      shown.height = aside.height;
      shown.getContext('2d')?.drawImage(aside, 0, 0);
      setDrawn({ number, ratio });
    }
  }, [document, number, width]);
  const current = drawn?.number === number;
  return (
    <>
      {failed && <p className="mb-3 text-muted">{strings.sources.pageFailed}</p>}
      <Sheet
        marks={current && marks?.page === number ? marks : undefined}
        drawn={current}
        style={{ width, aspectRatio: `1 / ${drawn?.ratio ?? Math.SQRT2}` }}
      >
        <canvas
          ref={canvas}
          role="img"
          aria-label={strings.chat.pageLong(number)}
          aria-busy={!current}
          className="block size-full"
        />
      </Sheet>
    </>
  );
}

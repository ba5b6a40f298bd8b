import { ChevronLeft, ChevronRight, ZoomIn, ZoomOut } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { IconButton } from '../../../components/ui/icon-button.tsx';
import { Skeleton } from '../../../components/ui/skeleton.tsx';
import { useStrings } from '../../../lib/strings/index.ts';
import type { Marks } from './marks.ts';
import { PdfPage } from './pdf-page.tsx';
import { usePdf } from './use-pdf.ts';

type Props = { fileId: string; page: number; onPage(page: number): void; marks: Marks | undefined };

/** How large a page is shown, against the room that there is. */
const zooms = [1, 1.25, 1.5, 2, 3];
const padding = 24;

/** A PDF page by page, with what is marked on one of them. */
export function PdfView({ fileId, page, onPage, marks }: Props) {
  const strings = useStrings();
  const words = strings.sources;
  const { document, failed } = usePdf(fileId);
  const room = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(0);
  const [zoom, setZoom] = useState(0);
  useEffect(() => {
    const element = room.current;
    if (!element) return;
    const observer = new ResizeObserver(() => setWidth(Math.max(0, element.clientWidth - padding)));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  const count = document?.numPages ?? page;
  const shown = Math.min(Math.max(1, page), count);
  return (
    <>
      <div className="flex shrink-0 items-center gap-1 border-b border-line px-2 py-1">
        <IconButton
          icon={ChevronLeft}
          label={words.pageBefore}
          disabled={shown <= 1}
          onClick={() => onPage(shown - 1)}
        />
        <p className="px-1 text-sm text-muted tabular-nums" aria-live="polite">
          {document ? words.pageOf(shown, count) : strings.chat.pageLong(shown)}
        </p>
        <IconButton
          icon={ChevronRight}
          label={words.pageAfter}
          disabled={shown >= count}
          onClick={() => onPage(shown + 1)}
        />
        <span className="flex-1" />
        <IconButton icon={ZoomOut} label={words.smaller} disabled={zoom === 0} onClick={() => setZoom(zoom - 1)} />
        <IconButton
          icon={ZoomIn}
          label={words.larger}
          disabled={zoom === zooms.length - 1}
          onClick={() => setZoom(zoom + 1)}
        />
      </div>
      <div
        ref={room}
        className="min-h-0 flex-1 overflow-auto bg-well p-3"
        tabIndex={0}
        role="group"
        aria-label={words.document}
      >
        {failed && <p className="text-muted">{words.documentFailed}</p>}
        {!document && !failed && <Skeleton lines={['w-full', 'w-11/12', 'w-full', 'w-4/5']} />}
        {document && width > 0 && (
          <PdfPage document={document} page={shown} width={Math.floor(width * (zooms[zoom] ?? 1))} marks={marks} />
        )}
      </div>
    </>
  );
}

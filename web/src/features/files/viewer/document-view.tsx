import type { StoredFile } from '../../../../../shared/api/files.ts';
import { Skeleton } from '../../../components/ui/skeleton.tsx';
import { part } from '../../../lib/part.tsx';
import { viewOf, type Marks } from './marks.ts';
import { PictureView } from './picture-view.tsx';

const PdfView = part(async () => (await import('./pdf-view.tsx')).PdfView);

type Props = { file: StoredFile; page: number; onPage(page: number): void; marks: Marks | undefined };

/** A file as it looks, for those that look like something: `viewOf` says which. */
export function DocumentView({ file, page, onPage, marks }: Props) {
  if (viewOf(file.content_type) === 'picture')
    return <PictureView fileId={file.id} title={file.filename} marks={marks} />;
  return (
    <PdfView
      key={file.id}
      fileId={file.id}
      page={page}
      onPage={onPage}
      marks={marks}
      resting={<Skeleton className="p-5" lines={['w-full', 'w-11/12']} />}
    />
  );
}

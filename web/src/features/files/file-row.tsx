import { Link } from '@tanstack/react-router';
import { CircleCheck, Download, LoaderCircle, Trash2, TriangleAlert } from 'lucide-react';
import type { StoredFile } from '../../../../shared/api/files.ts';
import { cx } from '../../components/ui/cx.ts';
import { IconButton } from '../../components/ui/icon-button.tsx';
import { formatBytes, formatDate } from '../../lib/format.ts';
import { useLanguage, useStrings } from '../../lib/strings/index.ts';
import { Thumbnail } from './thumbnail.tsx';
import { statusWords } from './words.ts';

const stateIcons = {
  ready: CircleCheck,
  failed: TriangleAlert,
  queued: LoaderCircle,
  processing: LoaderCircle,
} as const;

export function FileRow({ file, onDelete }: { file: StoredFile; onDelete(): void }) {
  const strings = useStrings();
  const language = useLanguage();
  const { id, filename, status, size, page_count: pages, created_at: added } = file;
  const State = stateIcons[status];
  const facts = [
    pages !== null && strings.files.pages(pages),
    formatBytes(size, language),
    formatDate(added, language),
  ].filter(Boolean);
  return (
    <li className="flex items-center gap-3 py-2 ps-4 pe-2">
      <Thumbnail fileId={status === 'ready' ? id : null} contentType={file.content_type} />
      <div className="min-w-0 flex-1">
        <p className="truncate" title={filename}>
          <Link to="/files/$fileId" params={{ fileId: id }} className="rounded-sm hover:text-accent hover:underline">
            {filename}
          </Link>
        </p>
        <p className="flex flex-wrap gap-x-3 text-sm text-muted">
          <span className={cx('inline-flex min-w-0 items-start gap-1', status === 'failed' && 'text-danger')}>
            <State
              size={14}
              aria-hidden
              className={cx(
                'mt-1 shrink-0',
                status === 'ready' && 'text-good',
                State === LoaderCircle && 'animate-spin',
              )}
            />
            {statusWords(file, strings)}
          </span>
          <span>{facts.join(' · ')}</span>
        </p>
      </div>
      <a
        href={`/api/files/${id}/content`}
        download={filename}
        aria-label={strings.files.open(filename)}
        title={strings.files.open(filename)}
        className="grid size-8 shrink-0 place-items-center rounded-md text-muted hover:bg-well hover:text-ink pointer-coarse:size-10"
      >
        <Download size={17} strokeWidth={1.75} aria-hidden />
      </a>
      <IconButton icon={Trash2} size={17} label={strings.files.delete(filename)} onClick={onDelete} />
    </li>
  );
}

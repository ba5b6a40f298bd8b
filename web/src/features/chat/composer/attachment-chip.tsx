import { FileText, LoaderCircle, RotateCw, TriangleAlert, X } from 'lucide-react';
import { cx } from '../../../components/ui/cx.ts';
import { IconButton } from '../../../components/ui/icon-button.tsx';
import { useStrings } from '../../../lib/strings/index.ts';
import { isMoving, type Upload } from '../../files/uploads.ts';
import { uploadWords } from '../../files/words.ts';

type Props = { upload: Upload; onRetry(): void; onRemove(): void };

/** A file that goes with the next message: how far it is, and why it failed. */
export function AttachmentChip({ upload, onRetry, onRemove }: Props) {
  const strings = useStrings();
  const { filename, phase, sent } = upload;
  const bad = phase === 'refused' || phase === 'failed';
  const Icon = bad ? TriangleAlert : isMoving(upload) ? LoaderCircle : FileText;
  const words = uploadWords(upload, strings);
  return (
    <li
      className={cx(
        'relative flex max-w-full items-center gap-2 overflow-hidden rounded-md border py-1 ps-2.5 pe-1 sm:max-w-80',
        bad ? 'border-danger bg-danger-soft text-danger' : 'border-line bg-paper',
      )}
    >
      <Icon
        size={16}
        aria-hidden
        className={cx('shrink-0', !bad && 'text-accent', Icon === LoaderCircle && 'animate-spin')}
      />
      <span className="min-w-0 flex-1">
        <span className="block truncate text-sm" title={filename}>
          {filename}
        </span>
        <span className={cx('line-clamp-2 text-xs', !bad && 'text-muted')}>{words}</span>
      </span>
      {bad && (
        <IconButton
          icon={RotateCw}
          size={15}
          label={strings.files.retry(filename)}
          className="text-current!"
          onClick={onRetry}
        />
      )}
      <IconButton
        icon={X}
        size={15}
        label={strings.files.remove(filename)}
        className={cx(bad && 'text-current!')}
        onClick={onRemove}
      />
      {phase === 'uploading' && (
        <progress
          aria-label={strings.files.progress(filename)}
          value={sent}
          max={1}
          className="absolute inset-x-0 bottom-0 h-0.5 w-full appearance-none bg-line [&::-moz-progress-bar]:bg-accent [&::-webkit-progress-bar]:bg-line [&::-webkit-progress-value]:bg-accent"
        />
      )}
    </li>
  );
}

import { useStrings } from '../../lib/strings/index.ts';
import { cx } from './cx.ts';

/** Grey lines where something is on its way. `widths` are Tailwind classes, one for each line. */
export function Skeleton({ lines, className }: { lines: readonly string[]; className?: string }) {
  const strings = useStrings();
  return (
    <div role="status" className={cx('space-y-3', className)}>
      <span className="sr-only">{strings.app.loading}</span>
      {lines.map((width, index) => (
        <div key={index} aria-hidden className={cx('skeleton h-4', width)} />
      ))}
    </div>
  );
}

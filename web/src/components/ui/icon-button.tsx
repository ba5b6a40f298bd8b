import type { LucideIcon } from 'lucide-react';
import type { ComponentProps } from 'react';
import { cx } from './cx.ts';

type Props = Omit<ComponentProps<'button'>, 'children' | 'aria-label'> & {
  icon: LucideIcon;
  label: string;
  /** Pixels of the icon. */
  size?: number;
  keys?: string | undefined;
};

/** A button that is only a picture: its name is told to screen readers, and shown by `Tips` on hover and focus. */
export function IconButton({ icon: Icon, label, size = 18, keys, className, ...rest }: Props) {
  return (
    <button
      type="button"
      aria-label={label}
      data-tip={label}
      data-keys={keys}
      className={cx(
        'inline-flex size-8 shrink-0 items-center justify-center rounded-md text-muted transition-colors hover:bg-well hover:text-ink',
        'disabled:cursor-not-allowed disabled:opacity-45 pointer-coarse:size-10',
        className,
      )}
      {...rest}
    >
      <Icon size={size} strokeWidth={1.75} aria-hidden />
    </button>
  );
}

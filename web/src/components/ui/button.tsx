import type { ComponentProps } from 'react';
import { cx } from './cx.ts';

type Tone = 'primary' | 'plain' | 'quiet' | 'danger';
type Props = ComponentProps<'button'> & { tone?: Tone; busy?: boolean };

const tones: Record<Tone, string> = {
  primary: 'bg-accent text-accent-ink hover:bg-accent-strong border-transparent font-semibold',
  plain: 'bg-sheet text-ink border-line hover:border-line-strong',
  quiet: 'bg-transparent text-ink border-transparent hover:bg-well',
  danger: 'bg-danger-soft text-danger border-transparent hover:border-danger',
};

export function buttonClass(tone: Tone = 'plain', more?: string): string {
  return cx(
    'inline-flex min-h-9 items-center justify-center gap-2 rounded-md border px-3.5 py-1.5 text-base leading-tight transition-colors',
    'disabled:cursor-not-allowed disabled:opacity-55',
    tones[tone],
    more,
  );
}

/** While `busy` it keeps its width and its focus, and does nothing. */
export function Button({ tone, busy = false, className, type = 'button', onClick, children, ...rest }: Props) {
  return (
    <button
      type={type}
      className={buttonClass(tone, className)}
      aria-busy={busy}
      aria-disabled={busy || undefined}
      onClick={busy ? (event) => event.preventDefault() : onClick}
      {...rest}
    >
      {children}
    </button>
  );
}

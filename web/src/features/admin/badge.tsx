import type { ReactNode } from 'react';
import { cx } from '../../components/ui/cx.ts';

export function Badge({ tone = 'plain', children }: { tone?: 'plain' | 'accent' | 'danger'; children: ReactNode }) {
  return (
    <span
      className={cx(
        'rounded-full px-2 py-0.5 text-xs',
        tone === 'plain' && 'bg-well text-muted',
        tone === 'accent' && 'bg-accent-soft text-accent',
        tone === 'danger' && 'bg-danger-soft text-danger',
      )}
    >
      {children}
    </span>
  );
}

import type { LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';

/** One line: what it is, and where it stands. */
export function PaletteRow({ icon: Icon, below, children }: { icon: LucideIcon; below?: string; children: ReactNode }) {
  return (
    <div className="flex min-h-9 items-start gap-2.5 px-2.5 py-2 pointer-coarse:min-h-11">
      <Icon size={16} strokeWidth={1.75} aria-hidden className="mt-0.5 shrink-0 text-muted" />
      <div className="min-w-0 flex-1">
        <div className={below === undefined ? 'truncate' : 'line-clamp-2 break-words'}>{children}</div>
        {below !== undefined && <div className="truncate text-sm text-muted">{below}</div>}
      </div>
    </div>
  );
}

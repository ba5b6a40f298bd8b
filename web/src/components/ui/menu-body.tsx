import { Menu as Base } from '@base-ui/react/menu';
import { Check } from 'lucide-react';
import { useCallback, useState } from 'react';
import { cx } from './cx.ts';
import type { CheckProps, ItemProps, MenuProps } from './menu.tsx';

const item =
  'flex min-h-9 cursor-pointer select-none items-center gap-2.5 rounded-sm px-2.5 py-1 text-base outline-none data-highlighted:bg-accent-soft pointer-coarse:min-h-11';

/** The menu itself, opened by what made it necessary. */
export function MenuBody({ trigger, side = 'bottom', children }: MenuProps) {
  // Drawn inside the landmark of its button, so that screen readers find it there and not at the end of the page.
  const [landmark, setLandmark] = useState<HTMLElement | null>(null);
  const place = useCallback((element: HTMLElement | null) => {
    if (element) setLandmark(element.closest<HTMLElement>('aside, main, [role=dialog]'));
  }, []);
  return (
    <Base.Root defaultOpen>
      <span ref={place} className="contents">
        <Base.Trigger render={trigger} />
      </span>
      <Base.Portal container={landmark ?? undefined}>
        <Base.Positioner positionMethod="fixed" side={side} align="start" sideOffset={6} className="z-60 outline-none">
          <Base.Popup className="rise max-h-[min(26rem,var(--available-height))] min-w-48 max-w-80 overflow-y-auto rounded-md border border-line bg-sheet p-1 shadow-float outline-none">
            {children}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}

export function MenuItem({ icon: Icon, danger = false, onSelect, children }: ItemProps) {
  return (
    <Base.Item className={cx(item, danger && 'text-danger')} onClick={onSelect}>
      {Icon && <Icon size={16} strokeWidth={1.75} aria-hidden className={danger ? '' : 'text-muted'} />}
      <span className="min-w-0 flex-1 truncate">{children}</span>
    </Base.Item>
  );
}

/** Stays open: several can be chosen one after the other. */
export function MenuCheck({ checked, disabled = false, onChange, children }: CheckProps) {
  return (
    <Base.CheckboxItem
      checked={checked}
      disabled={disabled}
      closeOnClick={false}
      onCheckedChange={onChange}
      className={cx(item, disabled && 'opacity-45')}
    >
      <span className="grid size-4 shrink-0 place-items-center rounded-sm border border-line-strong">
        <Base.CheckboxItemIndicator>
          <Check size={13} aria-hidden className="text-accent" />
        </Base.CheckboxItemIndicator>
      </span>
      <span className="min-w-0 flex-1 truncate">{children}</span>
    </Base.CheckboxItem>
  );
}

export const MenuLine = () => <Base.Separator className="my-1 h-px bg-line" />;

import type { LucideIcon } from 'lucide-react';
import { cloneElement, lazy, Suspense, useState, type ComponentProps, type ReactElement, type ReactNode } from 'react';

const load = () => import('./menu-body.tsx');
const MenuBody = lazy(() => load().then((module) => ({ default: module.MenuBody })));

export type MenuProps = {
  trigger: ReactElement<ComponentProps<'button'>>;
  side?: 'top' | 'bottom';
  children: ReactNode;
};
export type ItemProps = { icon?: LucideIcon; danger?: boolean; onSelect(): void; children: ReactNode };

/** A list of actions behind a button. Its code is fetched when a pointer or the focus comes near the first of them. */
export function Menu(props: MenuProps) {
  const [wanted, setWanted] = useState(false);
  const near = (): void => void load().catch(() => undefined);
  const resting = cloneElement(props.trigger, {
    'aria-haspopup': 'menu',
    'aria-expanded': false,
    onPointerEnter: near,
    onFocus: near,
    onClick: () => setWanted(true),
  });
  if (!wanted) return resting;
  return (
    <Suspense fallback={resting}>
      <MenuBody {...props} />
    </Suspense>
  );
}

export const MenuItem = lazy(() => load().then((module) => ({ default: module.MenuItem })));
export const MenuLine = lazy(() => load().then((module) => ({ default: module.MenuLine })));

export function MenuLabel({ children }: { children: ReactNode }) {
  return <div className="px-2.5 pt-2 pb-1 text-xs font-semibold text-muted">{children}</div>;
}

import type { LucideIcon } from 'lucide-react';
import { cloneElement, useState, type ComponentProps, type ReactElement, type ReactNode } from 'react';
import { part } from '../../lib/part.tsx';

const load = () => import('./menu-body.tsx');
export const MenuBody = part(async () => (await load()).MenuBody);

export type MenuProps = {
  trigger: ReactElement<ComponentProps<'button'>>;
  side?: 'top' | 'bottom';
  children: ReactNode;
};
export type ItemProps = { icon?: LucideIcon; danger?: boolean; onSelect(): void; children: ReactNode };
export type CheckProps = { checked: boolean; disabled?: boolean; onChange(on: boolean): void; children: ReactNode };

/** A list of actions behind a button. Its code is fetched when a pointer or the focus comes near the first of them. */
export function Menu(props: MenuProps) {
  const [wanted, setWanted] = useState(false);
  const near = (): void => void MenuBody.preload();
  const resting = cloneElement(props.trigger, {
    'aria-haspopup': 'menu',
    'aria-expanded': false,
    onPointerEnter: near,
    onFocus: near,
    onClick: () => setWanted(true),
  });
  if (!wanted) return resting;
  return <MenuBody {...props} resting={resting} />;
}

export const MenuItem = part(async () => (await load()).MenuItem);
export const MenuCheck = part(async () => (await load()).MenuCheck);
export const MenuLine = part(async () => (await load()).MenuLine);

export function MenuLabel({ children }: { children: ReactNode }) {
  return <div className="px-2.5 pt-2 pb-1 text-xs font-semibold text-muted">{children}</div>;
}

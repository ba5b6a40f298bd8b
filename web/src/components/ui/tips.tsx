import { useEffect, useRef, useState } from 'react';

type Shown = { text: string; keys: string | null; x: number; y: number; below: boolean };

/** Milliseconds that a pointer rests before the name is shown; the keyboard does not wait. */
const patience = 500;
/** Pixels that a tip needs above its control. */
const room = 44;

/**
 * Shows the names of controls that are only pictures (`data-tip`, with its keys in `data-keys`) on hover and keyboard
 * focus. One layer for the whole page: a list of ten thousand rows carries attributes, not ten thousand tooltips. Screen
 * readers have the same name from `aria-label`.
 */
export function Tips() {
  const [shown, setShown] = useState<Shown | null>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => {
    const hide = (): void => {
      clearTimeout(timer.current);
      setShown(null);
    };
    const show = (target: EventTarget | null, wait: number): void => {
      hide();
      const control = target instanceof Element ? target.closest<HTMLElement>('[data-tip]') : null;
      if (!control) return;
      timer.current = setTimeout(() => {
        const { left, width, top, bottom } = control.getBoundingClientRect();
        // Of an open menu the button's name is in the way.
        if (!control.isConnected || width === 0 || control.ariaExpanded === 'true') return;
        const below = top < room;
        const x = Math.min(Math.max(left + width / 2, 70), innerWidth - 70);
        const { tip = '', keys = null } = control.dataset;
        setShown({ text: tip, keys, x, y: below ? bottom + 6 : top - 6, below });
      }, wait);
    };
    const onPointer = (event: PointerEvent): void => {
      if (event.pointerType === 'mouse') show(event.target, patience);
    };
    const onFocus = (event: FocusEvent): void => {
      if (event.target instanceof Element && event.target.matches(':focus-visible')) show(event.target, 0);
    };
    const onKey = (event: KeyboardEvent): void => {
      if (event.key === 'Escape') hide();
    };
    const events: [string, EventListener][] = [
      ['pointerover', onPointer as EventListener],
      ['focusin', onFocus as EventListener],
      ['focusout', hide],
      ['pointerdown', hide],
      ['keydown', onKey as EventListener],
      ['scroll', hide],
    ];
    for (const [name, listener] of events) document.addEventListener(name, listener, { capture: true, passive: true });
    return () => {
      hide();
      for (const [name, listener] of events) document.removeEventListener(name, listener, { capture: true });
    };
  }, []);
  if (!shown) return null;
  return (
    <div
      aria-hidden
      className="pointer-events-none fixed z-60 rounded-sm bg-ink px-2 py-1 text-xs whitespace-nowrap text-paper shadow-float"
      style={{ left: shown.x, top: shown.y, translate: `-50% ${shown.below ? '0' : '-100%'}` }}
    >
      {shown.text}
      {shown.keys && <kbd className="ms-2 font-sans opacity-75">{shown.keys}</kbd>}
    </div>
  );
}

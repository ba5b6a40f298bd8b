import { useState, type ReactNode, type RefObject } from 'react';
import { part } from '../../lib/part.tsx';

export const ModalBody = part(async () => (await import('./modal-body.tsx')).default);

export type ModalProps = {
  open: boolean;
  onClose(): void;
  title: string;
  /** Where it stands: in the middle, along the bottom edge (phones), or along the start edge (the sidebar). */
  place?: 'middle' | 'bottom' | 'start';
  /** For what stands in two columns. */
  wide?: boolean;
  /** The title is for screen readers only. */
  bare?: boolean;
  returnFocus?: RefObject<HTMLElement | null>;
  children: ReactNode;
};

/**
 * A dialog over the page: keeps the focus inside, closes on Esc and outside, gives the focus back. Its code is fetched
 * when the first one opens.
 */
export function Modal(props: ModalProps) {
  const [used, setUsed] = useState(props.open);
  if (props.open && !used) setUsed(true);
  if (!used) return null;
  return <ModalBody {...props} />;
}

import { Dialog } from '@base-ui/react/dialog';
import { X } from 'lucide-react';
import { useRef } from 'react';
import { useStrings } from '../../lib/strings/index.ts';
import { cx } from './cx.ts';
import { IconButton } from './icon-button.tsx';
import type { ModalProps } from './modal.tsx';

const places = {
  middle:
    'inset-x-4 top-[12vh] mx-auto max-h-[76vh] rounded-lg data-starting-style:opacity-0 data-ending-style:opacity-0',
  bottom:
    'inset-x-0 bottom-0 max-h-[85dvh] rounded-t-lg data-starting-style:translate-y-full data-ending-style:translate-y-full',
  start:
    'inset-y-0 start-0 w-[min(20rem,86vw)] data-starting-style:-translate-x-full data-ending-style:-translate-x-full',
};

/** The dialog itself. It takes the focus as a whole: which of its controls comes first is for the reader to decide. */
export default function ModalBody({
  open,
  onClose,
  title,
  place = 'middle',
  wide = false,
  bare = false,
  returnFocus,
  children,
}: ModalProps) {
  const strings = useStrings();
  const popup = useRef<HTMLDivElement>(null);
  return (
    <Dialog.Root open={open} onOpenChange={(next) => !next && onClose()}>
      <Dialog.Portal>
        <Dialog.Backdrop className="fixed inset-0 z-40 bg-veil transition-opacity duration-200 data-ending-style:opacity-0 data-starting-style:opacity-0" />
        <Dialog.Popup
          ref={popup}
          initialFocus={popup}
          {...(returnFocus && { finalFocus: returnFocus })}
          className={cx(
            'fixed z-50 flex flex-col overflow-hidden outline-none border border-line bg-sheet shadow-float transition duration-200 ease-settle',
            places[place],
            place === 'middle' && (wide ? 'top-[6vh]! max-h-[88vh]! max-w-5xl' : 'max-w-md'),
          )}
        >
          {bare ? (
            <Dialog.Title className="sr-only">{title}</Dialog.Title>
          ) : (
            <header className="flex items-center gap-2 border-b border-line py-2 ps-5 pe-2">
              <Dialog.Title className="min-w-0 flex-1 truncate text-lg">{title}</Dialog.Title>
              <Dialog.Close render={<IconButton icon={X} label={strings.app.close} />} />
            </header>
          )}
          {children}
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

import { useState } from 'react';
import { layout } from '../../app/layout.ts';
import { Modal } from '../../components/ui/modal.tsx';
import { part } from '../../lib/part.tsx';
import { useStore } from '../../lib/store.ts';
import { useStrings } from '../../lib/strings/index.ts';

const PaletteList = part(async () => (await import('./palette-list.tsx')).PaletteList);

/** Everything by its name: conversations, what was said in them, and what one can do. */
export function Palette() {
  const strings = useStrings();
  const open = useStore(layout.palette);
  // Opened again while it is still fading out, it begins anew all the same.
  const [seen, setSeen] = useState({ open, times: 0 });
  if (seen.open !== open) setSeen({ open, times: open ? seen.times + 1 : seen.times });
  const close = (): void => layout.palette.set(false);
  return (
    <Modal open={open} onClose={close} title={strings.palette.title} bare>
      <PaletteList key={seen.times} onDone={close} />
    </Modal>
  );
}

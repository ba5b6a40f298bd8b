import { Waypoints } from 'lucide-react';
import { useRef, useState } from 'react';
import { Modal } from '../../../components/ui/modal.tsx';
import { useTight } from '../../../lib/media.ts';
import { part } from '../../../lib/part.tsx';
import { useStrings } from '../../../lib/strings/index.ts';

const TraceList = part(async () => (await import('./trace-list.tsx')).TraceList);

/** Opens how the passages of an answer were found. */
export function TraceButton({ messageId }: { messageId: string }) {
  const strings = useStrings();
  const narrow = useTight();
  const [open, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  return (
    <>
      <button
        ref={button}
        type="button"
        onClick={() => setOpen(true)}
        className="-ms-1.5 mt-1 inline-flex min-h-8 items-center gap-1.5 rounded-sm px-1.5 text-sm text-muted hover:text-ink pointer-coarse:min-h-10"
      >
        <Waypoints size={14} aria-hidden />
        {strings.sources.howFound}
      </button>
      <Modal
        open={open}
        onClose={() => setOpen(false)}
        title={strings.sources.howFound}
        place={narrow ? 'bottom' : 'middle'}
        returnFocus={button}
      >
        <TraceList messageId={messageId} />
      </Modal>
    </>
  );
}

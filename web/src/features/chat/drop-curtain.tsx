import { FileDown } from 'lucide-react';
import { useStrings } from '../../lib/strings/index.ts';

/** Lies over the page while files are held over it. */
export function DropCurtain({ shown }: { shown: boolean }) {
  const strings = useStrings();
  if (!shown) return null;
  return (
    <div className="pointer-events-none absolute inset-2 z-30 grid place-items-center rounded-lg border-2 border-dashed border-accent bg-accent-soft/90">
      <div className="text-center">
        <FileDown size={36} strokeWidth={1.5} aria-hidden className="mx-auto mb-2 text-accent" />
        <p className="font-serif text-xl">{strings.chat.dropHere}</p>
        <p className="text-muted">{strings.chat.dropText}</p>
      </div>
    </div>
  );
}

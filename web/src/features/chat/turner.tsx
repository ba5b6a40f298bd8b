import { ChevronLeft, ChevronRight } from 'lucide-react';
import { IconButton } from '../../components/ui/icon-button.tsx';
import { useStrings } from '../../lib/strings/index.ts';

type Props = { at: number; count: number; onTurn(step: 1 | -1): void };

/** The arrows between versions of a message. */
export function Turner({ at, count, onTurn }: Props) {
  const strings = useStrings();
  if (count < 2) return null;
  return (
    <span className="inline-flex items-center" role="group" aria-label={strings.chat.version(at + 1, count)}>
      <IconButton
        icon={ChevronLeft}
        size={16}
        label={strings.chat.previous}
        disabled={at === 0}
        onClick={() => onTurn(-1)}
      />
      <span aria-hidden className="min-w-8 text-center text-sm text-muted tabular-nums">
        {at + 1}/{count}
      </span>
      <IconButton
        icon={ChevronRight}
        size={16}
        label={strings.chat.next}
        disabled={at === count - 1}
        onClick={() => onTurn(1)}
      />
    </span>
  );
}

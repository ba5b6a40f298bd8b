import { Popover } from '@base-ui/react/popover';
import { useState, type ReactElement } from 'react';
import { useStrings } from '../../../lib/strings/index.ts';
import { ModelList } from './model-list.tsx';

type Props = { trigger: ReactElement; value: string | null; onChange(id: string | null): void };

/** The list of models over its button, open from the start. */
export default function ModelPopover({ trigger, value, onChange }: Props) {
  const strings = useStrings();
  const [open, setOpen] = useState(true);
  const pick = (id: string | null): void => {
    onChange(id);
    setOpen(false);
  };
  return (
    <Popover.Root open={open} onOpenChange={setOpen}>
      <Popover.Trigger render={trigger} />
      <Popover.Portal>
        <Popover.Positioner side="top" align="start" sideOffset={8} className="z-60">
          <Popover.Popup
            aria-label={strings.models.choose}
            className="rise flex max-h-[min(28rem,var(--available-height))] w-[min(24rem,calc(100vw-1.5rem))] flex-col overflow-hidden rounded-lg border border-line bg-sheet shadow-float outline-none"
          >
            <ModelList value={value} onPick={pick} />
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  );
}

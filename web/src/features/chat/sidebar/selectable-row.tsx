import { memo } from 'react';
import type { Conversation } from '../../../../../shared/api/chat.ts';
import { cx } from '../../../components/ui/cx.ts';
import { useStore } from '../../../lib/store.ts';
import { useStrings } from '../../../lib/strings/index.ts';
import { selection } from './selection.ts';

type Props = { conversation: Conversation; order(): string[] };

/** A conversation as something to tick, while several are selected. */
export const SelectableRow = memo(function SelectableRow({ conversation: { id, title }, order }: Props) {
  const strings = useStrings();
  const checked = useStore(selection.selected, (ids) => ids?.has(id) ?? false);
  const name = title || strings.chat.untitled;
  return (
    <label
      title={name}
      className={cx(
        'flex h-9 cursor-pointer items-center gap-2.5 rounded-md px-2.5 transition-colors select-none has-focus-visible:outline-2 has-focus-visible:outline-accent',
        checked ? 'bg-accent-soft' : 'hover:bg-well',
      )}
    >
      <input
        type="checkbox"
        checked={checked}
        aria-label={strings.select.row(name)}
        onChange={({ target, nativeEvent }) =>
          selection.toggle(id, target.checked, (nativeEvent as MouseEvent).shiftKey ? order() : null)
        }
        className="size-4 shrink-0 accent-accent outline-none"
      />
      <span className="truncate">{name}</span>
    </label>
  );
});

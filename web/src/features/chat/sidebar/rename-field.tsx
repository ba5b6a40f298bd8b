import { useEffect, useRef } from 'react';
import { useStrings } from '../../../lib/strings/index.ts';

type Props = { title: string; onDone(title: string): void; onCancel(): void };

/** The title of a conversation as an input in its place. Enter and leaving keep the change, Esc drops it. */
export function RenameField({ title, onDone, onCancel }: Props) {
  const strings = useStrings();
  const input = useRef<HTMLInputElement>(null);
  const settled = useRef(false);
  useEffect(() => {
    // After the closing menu has given the focus back to its button.
    const timer = setTimeout(() => input.current?.select(), 60);
    return () => clearTimeout(timer);
  }, []);
  const once = (deed: () => void): void => {
    if (settled.current) return;
    settled.current = true;
    deed();
  };
  return (
    <input
      ref={input}
      defaultValue={title}
      maxLength={200}
      aria-label={strings.shell.renameLabel}
      className="h-9 w-full rounded-md border border-accent bg-sheet px-2 text-base"
      onBlur={(event) => once(() => onDone(event.target.value.trim()))}
      onKeyDown={(event) => {
        if (event.key === 'Enter' && !event.nativeEvent.isComposing)
          once(() => onDone(event.currentTarget.value.trim()));
        if (event.key === 'Escape') {
          event.stopPropagation();
          once(onCancel);
        }
      }}
    />
  );
}

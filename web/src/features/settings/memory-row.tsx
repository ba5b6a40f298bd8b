import { Pencil, Trash2 } from 'lucide-react';
import { useState } from 'react';
import type { Memory, MemoryPatch } from '../../../../shared/api/memories.ts';
import { Button } from '../../components/ui/button.tsx';
import { cx } from '../../components/ui/cx.ts';
import { inputClass } from '../../components/ui/field.tsx';
import { IconButton } from '../../components/ui/icon-button.tsx';
import { useStrings } from '../../lib/strings/index.ts';

type Props = { fact: Memory; onChange(change: MemoryPatch): Promise<void>; onRemove(): Promise<void> };

/** One memory: in use or not, its words, and the way to be rid of it. */
export function MemoryRow({ fact, onChange, onRemove }: Props) {
  const { memory: words, app } = useStrings();
  const [text, setText] = useState<string | null>(null);
  /** What was just chosen, until the server has told. */
  const [chosen, setChosen] = useState<boolean | null>(null);
  const { content, origin } = fact;
  const enabled = chosen ?? fact.enabled;
  if (text !== null)
    return (
      <li className="py-2.5">
        <form
          className="flex flex-wrap gap-2"
          onSubmit={(event) => {
            event.preventDefault();
            void onChange({ content: text.trim() }).then(() => setText(null));
          }}
        >
          <input
            autoFocus
            aria-label={words.change(content)}
            value={text}
            required
            minLength={3}
            maxLength={500}
            onChange={(event) => setText(event.target.value)}
            onKeyDown={(event) => event.key === 'Escape' && setText(null)}
            className={cx(inputClass, 'min-w-0 flex-1 basis-56')}
          />
          <Button type="submit" tone="primary">
            {app.save}
          </Button>
          <Button onClick={() => setText(null)}>{app.cancel}</Button>
        </form>
      </li>
    );
  return (
    <li className="flex items-start gap-2.5 py-2">
      <input
        type="checkbox"
        aria-label={words.inUse(content)}
        checked={enabled}
        onChange={(event) => {
          setChosen(event.target.checked);
          void onChange({ enabled: event.target.checked }).then(() => setChosen(null));
        }}
        className="mt-2.5 size-4 shrink-0 accent-accent"
      />
      <p className={cx('min-w-0 flex-1 py-1.5 break-words', !enabled && 'text-muted')}>
        {content}
        {origin === 'learned' && <span className="block text-sm text-muted">{words.learned}</span>}
      </p>
      <IconButton icon={Pencil} size={16} label={words.change(content)} onClick={() => setText(content)} />
      <IconButton icon={Trash2} size={16} label={words.remove(content)} onClick={() => void onRemove()} />
    </li>
  );
}

import { useEffect, useRef, useState } from 'react';
import { Button } from '../../components/ui/button.tsx';
import { useStrings } from '../../lib/strings/index.ts';

/** One's own message, open for rewriting. `onDone` gets the new text, or null when nothing shall change. */
export function EditForm({ text, onDone }: { text: string; onDone(text: string | null): void }) {
  const strings = useStrings();
  const [now, setNow] = useState(text);
  const field = useRef<HTMLTextAreaElement>(null);
  useEffect(() => {
    const element = field.current;
    element?.focus();
    element?.setSelectionRange(element.value.length, element.value.length);
  }, []);
  const save = (): void => {
    if (now.trim() !== '') onDone(now.trim());
  };
  return (
    <form
      className="rounded-lg border border-accent bg-sheet p-3 shadow-sheet"
      onSubmit={(event) => {
        event.preventDefault();
        save();
      }}
    >
      <textarea
        ref={field}
        value={now}
        onChange={(event) => setNow(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Escape') {
            event.stopPropagation();
            onDone(null);
          }
          if (event.key === 'Enter' && !event.shiftKey && !event.nativeEvent.isComposing) {
            event.preventDefault();
            save();
          }
        }}
        aria-label={strings.chat.editLabel}
        className="field-sizing-content max-h-80 min-h-12 w-full resize-none rounded-sm bg-transparent px-1 text-[1rem]"
      />
      <div className="mt-2 flex flex-wrap justify-end gap-2">
        <Button tone="quiet" onClick={() => onDone(null)}>
          {strings.app.cancel}
        </Button>
        <Button type="submit" tone="primary" disabled={now.trim() === ''}>
          {strings.chat.saveAndRun}
        </Button>
      </div>
    </form>
  );
}

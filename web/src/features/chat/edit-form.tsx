import { useEffect, useRef, useState } from 'react';
import { Button } from '../../components/ui/button.tsx';
import { useStrings } from '../../lib/strings/index.ts';

type Props = {
  text: string;
  onCancel(): void;
  /** Keeps the new text and leaves the answer as it is. Absent where nothing is kept. */
  onKeep: ((text: string) => void) | undefined;
  onRun(text: string): void;
};

/** One's own message, open for rewriting. */
export function EditForm({ text, onCancel, onKeep, onRun }: Props) {
  const strings = useStrings();
  const [now, setNow] = useState(text);
  const field = useRef<HTMLTextAreaElement>(null);
  useEffect(() => {
    const element = field.current;
    element?.focus();
    element?.setSelectionRange(element.value.length, element.value.length);
    // The list keeps its place from the end: once it has measured the form, that may stand above the view.
    let frame = requestAnimationFrame(() => {
      frame = requestAnimationFrame(() => element?.form?.scrollIntoView({ block: 'nearest' }));
    });
    return () => cancelAnimationFrame(frame);
  }, []);
  const save = (): void => {
    if (now.trim() !== '') onRun(now.trim());
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
            onCancel();
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
        <Button tone="quiet" onClick={onCancel}>
          {strings.app.cancel}
        </Button>
        {onKeep && (
          <Button disabled={now.trim() === '' || now.trim() === text} onClick={() => onKeep(now.trim())}>
            {strings.chat.saveOnly}
          </Button>
        )}
        <Button type="submit" tone="primary" disabled={now.trim() === ''}>
          {strings.chat.saveAndRun}
        </Button>
      </div>
    </form>
  );
}

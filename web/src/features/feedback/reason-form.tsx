import { useId, useState } from 'react';
import { useServices } from '../../app/services.ts';
import { Button } from '../../components/ui/button.tsx';
import { inputClass } from '../../components/ui/field.tsx';
import { useStrings } from '../../lib/strings/index.ts';

type Props = { onSend(reason: string | null, comment: string | null): Promise<boolean>; onDone(): void };

/** Why an answer was bad: one of a few reasons, and more where one likes. The rating itself is kept already. */
export function ReasonForm({ onSend, onDone }: Props) {
  const strings = useStrings();
  const words = strings.feedback;
  const { toasts } = useServices();
  const id = useId();
  const [reason, setReason] = useState<string | null>(null);
  const [comment, setComment] = useState('');
  const [busy, setBusy] = useState(false);
  const send = async (): Promise<void> => {
    setBusy(true);
    const kept = await onSend(reason, comment.trim() || null);
    setBusy(false);
    if (!kept) return;
    toasts.show({ text: words.thanks });
    onDone();
  };
  return (
    <form
      className="space-y-4 overflow-y-auto p-5"
      onSubmit={(event) => {
        event.preventDefault();
        if (!busy) void send();
      }}
    >
      <fieldset>
        <legend className="sr-only">{words.title}</legend>
        <div className="flex flex-wrap gap-2">
          {Object.entries(words.reasons).map(([value, text]) => (
            <label
              key={value}
              className="flex min-h-9 cursor-pointer items-center rounded-full border border-line-strong bg-paper px-3.5 has-checked:border-accent has-checked:bg-accent-soft has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-accent pointer-coarse:min-h-11"
            >
              <input
                type="radio"
                name="reason"
                className="sr-only"
                checked={reason === value}
                onChange={() => setReason(value)}
              />
              {text}
            </label>
          ))}
        </div>
      </fieldset>
      <div className="space-y-1">
        <label htmlFor={id} className="text-sm font-semibold">
          {words.comment} <span className="font-normal text-muted">{strings.auth.optional}</span>
        </label>
        <textarea
          id={id}
          rows={3}
          maxLength={5_000}
          value={comment}
          onChange={(event) => setComment(event.target.value)}
          className={inputClass}
        />
        <p className="text-sm text-muted">{words.text}</p>
      </div>
      <div className="flex justify-end gap-2">
        <Button onClick={onDone}>{strings.app.cancel}</Button>
        <Button type="submit" tone="primary" busy={busy} disabled={reason === null && comment.trim() === ''}>
          {words.send}
        </Button>
      </div>
    </form>
  );
}

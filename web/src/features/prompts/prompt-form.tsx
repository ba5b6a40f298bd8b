import { useId } from 'react';
import type { Prompt } from '../../../../shared/api/prompts.ts';
import { useServices } from '../../app/services.ts';
import { Button } from '../../components/ui/button.tsx';
import { DialogActions } from '../../components/ui/dialog-actions.tsx';
import { Field, inputClass } from '../../components/ui/field.tsx';
import { ProblemNotice } from '../../components/ui/notice.tsx';
import { textFields } from '../../lib/form.ts';
import { fieldMessages } from '../../lib/problem.ts';
import { useStrings } from '../../lib/strings/index.ts';
import { useUser } from '../auth/session.ts';
import { useSave } from '../settings/use-save.ts';

/** A new prompt, or one that is there already. Only an admin offers one to everyone. */
export function PromptForm({ prompt, onDone }: { prompt: Prompt | null; onDone(): void }) {
  const strings = useStrings();
  const words = strings.prompts;
  const user = useUser();
  const { client, queries, toasts } = useServices();
  const id = useId();
  const { busy, refusal, submit } = useSave(async (form) => {
    const { title = '', command = '', content = '', shared } = textFields(form);
    const body = { title, command, content, ...(user?.role === 'admin' && { shared: shared === 'on' }) };
    await (prompt ? client.patch(`/api/prompts/${prompt.id}`, body) : client.post('/api/prompts', body));
    await queries.invalidateQueries({ queryKey: ['prompts'] });
    toasts.show({ text: strings.settings.saved });
    onDone();
  });
  const messages = fieldMessages(refusal);
  return (
    <form
      className="space-y-4 overflow-y-auto p-5"
      onSubmit={(event) => {
        event.preventDefault();
        if (!busy) void submit(event.currentTarget);
      }}
    >
      {refusal && <ProblemNotice refusal={refusal} />}
      <Field
        label={words.name}
        name="title"
        defaultValue={prompt?.title}
        required
        maxLength={100}
        error={messages.title}
      />
      <Field
        label={words.command}
        name="command"
        defaultValue={prompt?.command}
        hint={words.commandHint}
        required
        maxLength={51}
        autoCapitalize="none"
        spellCheck={false}
        error={messages.command}
      />
      <div className="space-y-1">
        <label htmlFor={id} className="block text-sm font-semibold">
          {words.content}
        </label>
        <textarea
          id={id}
          name="content"
          rows={7}
          required
          maxLength={50_000}
          defaultValue={prompt?.content}
          aria-describedby={`${id}-hint`}
          className={inputClass}
        />
        {messages.content && <p className="text-sm text-danger">{messages.content}</p>}
        <p id={`${id}-hint`} className="text-sm text-muted">
          {words.contentHint}
        </p>
      </div>
      {user?.role === 'admin' && (
        <label className="flex min-h-9 items-center gap-2.5">
          <input type="checkbox" name="shared" defaultChecked={prompt?.shared} className="size-4 accent-accent" />
          {words.share}
        </label>
      )}
      <DialogActions>
        <Button onClick={onDone}>{strings.app.cancel}</Button>
        <Button type="submit" tone="primary" busy={busy}>
          {strings.app.save}
        </Button>
      </DialogActions>
    </form>
  );
}

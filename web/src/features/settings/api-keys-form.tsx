import { useState } from 'react';
import type { NewApiKey } from '../../../../shared/api/api-keys.ts';
import type { Scope } from '../../../../shared/permissions.ts';
import { useServices } from '../../app/services.ts';
import { Button } from '../../components/ui/button.tsx';
import { Field, inputClass } from '../../components/ui/field.tsx';
import { ProblemNotice } from '../../components/ui/notice.tsx';
import { fieldMessages } from '../../lib/problem.ts';
import { useStrings } from '../../lib/strings/index.ts';
import { useUser } from '../auth/session.ts';
import { useSave } from './use-save.ts';

const usual: readonly Scope[] = ['chat', 'models', 'files', 'documents'];
const lives = [30, 90, 365, null] as const;

/** What a new key is called, may do, and how long it lives. */
export function ApiKeysForm({ onMade, onCancel }: { onMade(key: NewApiKey): void; onCancel(): void }) {
  const strings = useStrings();
  const words = strings.apiKeys;
  const { client } = useServices();
  const isAdmin = useUser()?.role === 'admin';
  const [noScope, setNoScope] = useState(false);
  const { busy, refusal, submit } = useSave(async (form) => {
    const data = new FormData(form);
    const scopes = data.getAll('scopes');
    setNoScope(scopes.length === 0);
    if (scopes.length === 0) return;
    const days = Number(data.get('days'));
    const name = data.get('name');
    const body = { name, scopes, ...(days > 0 && { expires_in_days: days }) };
    onMade(await client.post<NewApiKey>('/api/auth/api-keys', body));
  });
  const messages = fieldMessages(refusal);
  return (
    <form
      className="space-y-4 rounded-md border border-line bg-paper p-4"
      onSubmit={(event) => {
        event.preventDefault();
        void submit(event.currentTarget);
      }}
    >
      {refusal && <ProblemNotice refusal={refusal} />}
      <Field
        label={words.name}
        name="name"
        required
        maxLength={100}
        autoComplete="off"
        autoFocus
        hint={words.nameHint}
        error={messages.name}
      />
      <fieldset aria-describedby={noScope ? 'no-scope' : undefined}>
        <legend className="mb-1 text-sm font-semibold">{words.scopes}</legend>
        {[...usual, ...(isAdmin ? (['metrics'] as const) : [])].map((scope) => (
          <label key={scope} className="flex min-h-9 cursor-pointer items-center gap-2.5">
            <input
              type="checkbox"
              name="scopes"
              value={scope}
              defaultChecked={scope !== 'metrics'}
              className="size-4 accent-accent"
            />
            {words.scopeNames[scope]}
          </label>
        ))}
        {noScope && (
          <p id="no-scope" role="alert" className="text-sm text-danger">
            {words.noScope}
          </p>
        )}
      </fieldset>
      <label className="block space-y-1 text-sm font-semibold">
        <span>{words.expiry}</span>
        <select name="days" defaultValue={90} className={`${inputClass} font-normal`}>
          {lives.map((days) => (
            <option key={days ?? 0} value={days ?? 0}>
              {days === null ? words.noEnd : words.days(days)}
            </option>
          ))}
        </select>
        {messages.expires_in_days && <span className="text-danger">{messages.expires_in_days}</span>}
      </label>
      <div className="flex flex-wrap gap-2">
        <Button type="submit" tone="primary" busy={busy}>
          {words.make}
        </Button>
        <Button onClick={onCancel}>{strings.app.cancel}</Button>
      </div>
    </form>
  );
}

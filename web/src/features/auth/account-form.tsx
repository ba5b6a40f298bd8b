import { useState, type ReactNode } from 'react';
import { Button } from '../../components/ui/button.tsx';
import { Field } from '../../components/ui/field.tsx';
import { ProblemNotice } from '../../components/ui/notice.tsx';
import { fieldMessages, type Refusal } from '../../lib/problem.ts';
import { useStrings } from '../../lib/strings/index.ts';
import { PasswordField } from './password-field.tsx';
import { useEntry } from './use-entry.ts';

const asksForCode = (refusal: Refusal): boolean =>
  refusal.message.includes('setup_code') ||
  /setup code/i.test(refusal.message) ||
  (refusal.details.fields ?? []).some(({ path }) => path.includes('setup_code'));

type Props = { path: '/api/auth/register' | '/api/auth/setup'; submitLabel: string; children?: ReactNode };

/** A new account, for sign-up and for the first admin. The setup code is asked for when the server wants it. */
export function AccountForm({ path, submitLabel, children }: Props) {
  const strings = useStrings();
  const { refusal, busy, submit } = useEntry(path);
  const messages = fieldMessages(refusal);
  const [code, setCode] = useState(false);
  if (refusal && !code && asksForCode(refusal)) setCode(true);
  const aside = strings.auth.optional;
  // A wrong password is told beside the field.
  const rejected = refusal?.code === 'PASSWORD_REJECTED' ? refusal.message : undefined;
  return (
    <form
      className="space-y-4"
      onSubmit={(event) => {
        event.preventDefault();
        void submit(event.currentTarget);
      }}
    >
      {refusal && <ProblemNotice refusal={refusal} />}
      <Field
        label={strings.auth.email}
        name="email"
        type="email"
        autoComplete="email"
        autoFocus
        required
        error={messages.email}
      />
      <Field
        label={strings.auth.name}
        aside={aside}
        name="name"
        autoComplete="name"
        maxLength={100}
        error={messages.name}
      />
      <Field
        label={strings.auth.username}
        aside={aside}
        name="username"
        autoComplete="username"
        autoCapitalize="none"
        spellCheck={false}
        maxLength={40}
        error={messages.username}
      />
      <PasswordField fresh error={messages.password ?? rejected} />
      {code && (
        <Field
          label={strings.auth.setupCode}
          name="setup_code"
          autoComplete="one-time-code"
          spellCheck={false}
          autoFocus
          hint={strings.auth.setupCodeHint}
          error={messages.setup_code}
        />
      )}
      <Button type="submit" tone="primary" busy={busy} className="w-full">
        {busy ? strings.auth.working : submitLabel}
      </Button>
      {children}
    </form>
  );
}

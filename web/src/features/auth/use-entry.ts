import { useState } from 'react';
import { useServices } from '../../app/services.ts';
import { textFields } from '../../lib/form.ts';
import { refusalOf, type Refusal } from '../../lib/problem.ts';
import type { SignUpAnswer } from './session.ts';
import { useArrive } from './use-arrive.ts';

/** What the three forms share: sends, keeps the refusal, and goes on to where one wanted to be. */
export function useEntry(path: '/api/auth/login' | '/api/auth/login/totp' | '/api/auth/register' | '/api/auth/setup') {
  const { client } = useServices();
  const arrive = useArrive();
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const [busy, setBusy] = useState(false);

  async function submit(form: HTMLFormElement): Promise<void> {
    const body: Record<string, string | boolean> = {};
    for (const [name, value] of Object.entries(textFields(form))) {
      if (name === 'remember') body.remember = true;
      else if (name === 'password') body.password = value;
      else if (value.trim() !== '') body[name] = value.trim();
    }
    setBusy(true);
    setRefusal(null);
    try {
      await arrive(await client.post<SignUpAnswer>(path, body));
    } catch (error) {
      setRefusal(refusalOf(error));
      // After the fields have been drawn with what is wrong with them.
      setTimeout(() => form.querySelector<HTMLInputElement>('[aria-invalid]')?.focus());
    } finally {
      setBusy(false);
    }
  }
  return { refusal, busy, submit, forget: () => setRefusal(null) };
}

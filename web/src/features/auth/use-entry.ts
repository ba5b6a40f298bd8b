import { useQueryClient } from '@tanstack/react-query';
import { useNavigate, useRouter, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { useServices } from '../../app/services.ts';
import { textFields } from '../../lib/form.ts';
import { refusalOf, type Refusal } from '../../lib/problem.ts';
import { safeReturnTo } from './return-to.ts';
import { personOf, sessionQuery, waitingRoom, type SignUpAnswer } from './session.ts';

/** What the three forms share: sends, keeps the refusal, and goes on to where one wanted to be. */
export function useEntry(path: '/api/auth/login' | '/api/auth/login/totp' | '/api/auth/register' | '/api/auth/setup') {
  const { client } = useServices();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const router = useRouter();
  const search: { return_to?: string } = useSearch({ strict: false });
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
      const answer = await client.post<SignUpAnswer>(path, body);
      // An account whose address is still to be confirmed has no session yet.
      if (!('csrf_token' in answer) && answer.user.role !== 'pending') return await navigate({ to: '/verify' });
      if ('csrf_token' in answer) client.hold(answer);
      const person = personOf(answer);
      queries.setQueryData(sessionQuery(client).queryKey, person);
      const room = waitingRoom(person);
      if (room) await navigate({ to: room });
      else router.history.push(safeReturnTo(search.return_to));
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

import { useState } from 'react';
import { useServices } from '../../app/services.ts';
import { ownWords, refusalOf, type Refusal } from '../../lib/problem.ts';
import { useStrings } from '../../lib/strings/index.ts';
import { PasskeyCancelled, showPasskey } from './passkey.ts';
import { useArrive } from './use-arrive.ts';

/** Signs in with a passkey, alone or as the second step. */
export function usePasskey(onRefused: (refusal: Refusal) => void) {
  const { client } = useServices();
  const words = useStrings().waysIn;
  const arrive = useArrive();
  const [busy, setBusy] = useState(false);
  async function show(how: { challenge?: string; remember?: boolean }): Promise<void> {
    setBusy(true);
    try {
      await arrive(await showPasskey(client, how));
    } catch (error) {
      onRefused(error instanceof PasskeyCancelled ? ownWords(words.cancelled) : refusalOf(error));
    } finally {
      setBusy(false);
    }
  }
  return { busy, show };
}

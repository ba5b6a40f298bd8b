import { UserCheck } from 'lucide-react';
import { useState } from 'react';
import { useServices } from '../../app/services.ts';
import { Button } from '../../components/ui/button.tsx';
import { refusalOf, type Refusal } from '../../lib/problem.ts';
import { useStrings } from '../../lib/strings/index.ts';
import type { SignUpAnswer } from './session.ts';
import { useArrive } from './use-arrive.ts';

/** Signs in as the person whom the proxy in front names: for who has a second factor, and in place of somebody else. */
export function ThroughProxy({ onRefused }: { onRefused(refusal: Refusal): void }) {
  const words = useStrings().directories;
  const { client } = useServices();
  const arrive = useArrive();
  const [busy, setBusy] = useState(false);
  async function go(): Promise<void> {
    setBusy(true);
    try {
      await arrive(await client.post<SignUpAnswer>('/api/auth/trusted', {}));
    } catch (error) {
      onRefused(refusalOf(error));
    } finally {
      setBusy(false);
    }
  }
  return (
    <Button busy={busy} className="w-full" onClick={() => void go()}>
      <UserCheck size={17} aria-hidden />
      {words.throughProxy}
    </Button>
  );
}

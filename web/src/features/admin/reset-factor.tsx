import { useState } from 'react';
import type { User } from '../../../../shared/api/auth.ts';
import { useServices } from '../../app/services.ts';
import { Button } from '../../components/ui/button.tsx';
import { useStrings } from '../../lib/strings/index.ts';
import { useAct } from './use-act.ts';

/** Takes the second factor of somebody away who lost it; says first what that means. */
export function ResetFactor({ user, onDone }: { user: User; onDone(): void }) {
  const strings = useStrings();
  const words = strings.admin;
  const { client } = useServices();
  const act = useAct();
  const [busy, setBusy] = useState(false);
  const reset = async (): Promise<void> => {
    setBusy(true);
    await act(() => client.delete(`/api/admin/users/${user.id}/totp`), words.factorReset(user.name));
    onDone();
  };
  return (
    <div className="space-y-4 p-5">
      <p>{words.resetFactorText(user.name)}</p>
      <div className="flex flex-wrap justify-end gap-2">
        <Button onClick={onDone}>{strings.app.cancel}</Button>
        <Button tone="danger" busy={busy} onClick={() => void reset()}>
          {words.resetFactor}
        </Button>
      </div>
    </div>
  );
}

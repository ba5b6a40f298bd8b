import { useNavigate } from '@tanstack/react-router';
import { LogOut } from 'lucide-react';
import { useState } from 'react';
import type { Collection } from '../../../../shared/api/collections.ts';
import { useServices } from '../../app/services.ts';
import { Button } from '../../components/ui/button.tsx';
import { IconButton } from '../../components/ui/icon-button.tsx';
import { Modal } from '../../components/ui/modal.tsx';
import { useStrings } from '../../lib/strings/index.ts';
import { useUser } from '../auth/session.ts';
import { collectionsQuery, useAct } from './use-collections.ts';

/** Gives back a collection that somebody shared. One that came through a group stays, and it says so. */
export function LeaveButton({ collection: { id, name } }: { collection: Collection }) {
  const strings = useStrings();
  const words = strings.knowledge;
  const { client, queries, toasts } = useServices();
  const user = useUser();
  const navigate = useNavigate();
  const act = useAct();
  const [asking, setAsking] = useState(false);
  const [busy, setBusy] = useState(false);
  const leave = async (): Promise<void> => {
    setBusy(true);
    const done = await act(() =>
      client.open('DELETE', `/api/collections/${id}/shares`, { body: { user_id: user?.id ?? '' } }),
    );
    setBusy(false);
    if (!done) return;
    setAsking(false);
    const { items } = await queries.fetchQuery(collectionsQuery(client));
    const stays = items.some((one) => one.id === id);
    toasts.show({ text: stays ? words.stillInGroup(name) : words.left(name) });
    if (!stays) await navigate({ to: '/collections' });
  };
  return (
    <>
      <IconButton icon={LogOut} label={words.leave} onClick={() => setAsking(true)} />
      <Modal open={asking} onClose={() => setAsking(false)} title={words.leaveTitle(name)}>
        <div className="space-y-4 p-5">
          <p>{words.leaveText}</p>
          <div className="flex justify-end gap-2">
            <Button onClick={() => setAsking(false)}>{strings.app.cancel}</Button>
            <Button tone="danger" busy={busy} onClick={() => void leave()}>
              {words.leave}
            </Button>
          </div>
        </div>
      </Modal>
    </>
  );
}

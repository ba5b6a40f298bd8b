import { Trash2 } from 'lucide-react';
import { useState } from 'react';
import type { Message } from '../../../../shared/api/chat.ts';
import { focusInput } from '../../app/layout.ts';
import { useServices } from '../../app/services.ts';
import { Button } from '../../components/ui/button.tsx';
import { IconButton } from '../../components/ui/icon-button.tsx';
import { Modal } from '../../components/ui/modal.tsx';
import { refusalOf } from '../../lib/problem.ts';
import { useStrings } from '../../lib/strings/index.ts';
import { describeRefusal } from '../../lib/words.ts';
import { keys } from './cache.ts';
import { isStored } from './messages.ts';

/** Deletes a message with all that was said after it; asks first, for it cannot be undone. Of a temporary chat nothing is kept. */
export function DeleteButton({ message }: { message: Message }) {
  const strings = useStrings();
  const words = strings.chat.deleting;
  const { client, queries, toasts } = useServices();
  const [asking, setAsking] = useState(false);
  const [busy, setBusy] = useState(false);
  const { id, conversation_id: conversationId } = message;
  if (!isStored(message) || conversationId === '') return null;
  const remove = async (): Promise<void> => {
    setBusy(true);
    try {
      await client.delete(`/api/messages/${id}`);
      setAsking(false);
      focusInput();
      toasts.show({ text: words.done });
    } catch (error) {
      toasts.show({ text: describeRefusal(refusalOf(error), strings), tone: 'danger' });
    } finally {
      setBusy(false);
      await Promise.all([
        queries.invalidateQueries({ queryKey: keys.messages(conversationId) }),
        queries.invalidateQueries({ queryKey: keys.conversation(conversationId) }),
      ]);
    }
  };
  return (
    <>
      <IconButton icon={Trash2} size={16} label={words.button} onClick={() => setAsking(true)} />
      <Modal open={asking} onClose={() => setAsking(false)} title={words.title}>
        <div className="space-y-4 p-5">
          <p>{words.text}</p>
          <div className="flex flex-wrap justify-end gap-2">
            <Button onClick={() => setAsking(false)}>{strings.app.cancel}</Button>
            <Button tone="danger" busy={busy} onClick={() => void remove()}>
              {words.forGood}
            </Button>
          </div>
        </div>
      </Modal>
    </>
  );
}

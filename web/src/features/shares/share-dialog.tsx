import type { Conversation } from '../../../../shared/api/chat.ts';
import { Modal } from '../../components/ui/modal.tsx';
import { part } from '../../lib/part.tsx';
import { useStrings } from '../../lib/strings/index.ts';

const ShareForm = part(async () => (await import('./share-form.tsx')).ShareForm);

type Props = { conversation: Conversation; open: boolean; onClose(): void };

/** Makes links to a conversation, and takes them back. */
export function ShareDialog({ conversation, open, onClose }: Props) {
  const strings = useStrings();
  return (
    <Modal open={open} onClose={onClose} title={strings.shares.title(conversation.title)}>
      <ShareForm id={conversation.id} />
    </Modal>
  );
}

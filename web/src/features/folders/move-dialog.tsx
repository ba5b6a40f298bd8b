import type { Conversation } from '../../../../shared/api/chat.ts';
import { Modal } from '../../components/ui/modal.tsx';
import { part } from '../../lib/part.tsx';
import { useStrings } from '../../lib/strings/index.ts';

const MoveChoices = part(async () => (await import('./move-choices.tsx')).MoveChoices);

type Props = { conversation: Conversation; open: boolean; onClose(): void };

/** Where a conversation goes: into a folder, a new one, or none. */
export function MoveDialog({ conversation, open, onClose }: Props) {
  const strings = useStrings();
  return (
    <Modal open={open} onClose={onClose} title={strings.folders.moveTitle(conversation.title)}>
      <MoveChoices conversation={conversation} onClose={onClose} />
    </Modal>
  );
}

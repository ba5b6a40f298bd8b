import type { Conversation } from '../../../../shared/api/chat.ts';
import { useServices } from '../../app/services.ts';
import { Modal } from '../../components/ui/modal.tsx';
import { part } from '../../lib/part.tsx';
import { useStrings } from '../../lib/strings/index.ts';

const MoveChoices = part(async () => (await import('./move-choices.tsx')).MoveChoices);

type Props = { conversation: Conversation; open: boolean; onClose(): void };

/** Where a conversation goes: into a folder, a new one, or none. */
export function MoveDialog({ conversation, open, onClose }: Props) {
  const strings = useStrings();
  const { conversations } = useServices();
  const move = (folder_id: string | null): void => {
    onClose();
    if (folder_id !== conversation.folder_id) void conversations.change(conversation.id, { folder_id });
  };
  return (
    <Modal open={open} onClose={onClose} title={strings.folders.moveTitle(conversation.title)}>
      <MoveChoices folder={conversation.folder_id} onMove={move} />
    </Modal>
  );
}

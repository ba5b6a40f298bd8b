import { Split } from 'lucide-react';
import type { Message } from '../../../../shared/api/chat.ts';
import { IconButton } from '../../components/ui/icon-button.tsx';
import { useStrings } from '../../lib/strings/index.ts';
import { isStored } from './messages.ts';
import { useBranch } from './use-branch.ts';

/** Forks the conversation at a message. Of a temporary chat there is nothing to fork. */
export function BranchButton({ message }: { message: Message }) {
  const strings = useStrings();
  const branch = useBranch();
  if (!isStored(message) || message.conversation_id === '') return null;
  return <IconButton icon={Split} size={16} label={strings.chat.branch} onClick={() => void branch(message)} />;
}

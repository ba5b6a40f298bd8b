import { useNavigate, useParams } from '@tanstack/react-router';
import {
  Archive,
  ArchiveRestore,
  Brain,
  Download,
  Ellipsis,
  FolderInput,
  ListChecks,
  Pencil,
  Pin,
  PinOff,
  Share2,
  Tag,
  Trash2,
} from 'lucide-react';
import type { Conversation } from '../../../../../shared/api/chat.ts';
import { useServices } from '../../../app/services.ts';
import { IconButton } from '../../../components/ui/icon-button.tsx';
import { Menu, MenuItem, MenuLine } from '../../../components/ui/menu.tsx';
import { useStrings } from '../../../lib/strings/index.ts';
import { askAbout } from './row-dialogs.tsx';

type Props = {
  conversation: Conversation;
  onRename(): void;
  /** Begins to choose several; absent where there is no list. */
  onSelect?: () => void;
  /** Of the button. */
  label: string;
  className?: string;
};

/** What can be done with a conversation: in its row, and over it. */
export function ConversationMenu({ conversation, onRename, onSelect, label, className }: Props) {
  const strings = useStrings();
  const { conversations } = useServices();
  const navigate = useNavigate();
  const { conversationId: current } = useParams({ strict: false });
  const { id, pinned, archived, memory } = conversation;
  const leave = (): void => {
    if (current === id) void navigate({ to: '/' });
  };
  return (
    <Menu trigger={<IconButton icon={Ellipsis} size={16} label={label} className={className} />}>
      <MenuItem icon={Pencil} onSelect={onRename}>
        {strings.shell.rename}
      </MenuItem>
      <MenuItem icon={pinned ? PinOff : Pin} onSelect={() => void conversations.change(id, { pinned: !pinned })}>
        {pinned ? strings.shell.unpin : strings.shell.pin}
      </MenuItem>
      <MenuItem icon={Share2} onSelect={() => askAbout(conversation, 'share')}>
        {strings.shares.menu}
      </MenuItem>
      <MenuItem icon={Download} onSelect={() => askAbout(conversation, 'export')}>
        {strings.shell.export}
      </MenuItem>
      <MenuItem icon={FolderInput} onSelect={() => askAbout(conversation, 'move')}>
        {strings.folders.move}
      </MenuItem>
      <MenuItem icon={Tag} onSelect={() => askAbout(conversation, 'tag')}>
        {strings.tags.menu}
      </MenuItem>
      <MenuItem icon={Brain} onSelect={() => void conversations.change(id, { memory: !memory })}>
        {memory ? strings.context.memoryOff : strings.context.memoryOn}
      </MenuItem>
      {onSelect && (
        <MenuItem icon={ListChecks} onSelect={onSelect}>
          {strings.select.menu}
        </MenuItem>
      )}
      <MenuItem
        icon={archived ? ArchiveRestore : Archive}
        onSelect={() => void conversations.archive(conversation, !archived)}
      >
        {archived ? strings.shell.fromArchive : strings.shell.toArchive}
      </MenuItem>
      <MenuLine />
      <MenuItem
        icon={Trash2}
        danger
        onSelect={() => {
          leave();
          conversations.remove(conversation);
        }}
      >
        {strings.shell.delete}
      </MenuItem>
    </Menu>
  );
}

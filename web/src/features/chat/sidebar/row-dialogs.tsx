import type { Conversation } from '../../../../../shared/api/chat.ts';
import { useServices } from '../../../app/services.ts';
import { createStore, useStore } from '../../../lib/store.ts';
import { useQuery } from '@tanstack/react-query';
import { MoveDialog } from '../../folders/move-dialog.tsx';
import { ShareDialog } from '../../shares/share-dialog.tsx';
import { TagDialog } from '../../tags/tag-dialog.tsx';
import { conversationQuery } from '../conversations.ts';
import { ExportDialog } from './export-dialog.tsx';

type Asked = { what: 'export' | 'move' | 'share' | 'tag'; conversation: Conversation };
const asked = createStore<{ last: Asked | null; open: boolean }>({ last: null, open: false });
const close = (): void => asked.set(({ last }) => ({ last, open: false }));

/** Asks something about a conversation of the list. */
export const askAbout = (conversation: Conversation, what: Asked['what']): void =>
  asked.set({ last: { what, conversation }, open: true });

/** What was asked about a row stands beside the list, not in it: the list changes its place when the window narrows. */
export function RowDialogs() {
  const { last, open } = useStore(asked);
  return last && <Dialogs key={last.conversation.id} {...last} open={open} />;
}

function Dialogs({ conversation: first, what, open }: Asked & { open: boolean }) {
  const { client } = useServices();
  const now = useQuery({ ...conversationQuery(client, first.id), enabled: open, initialData: first }).data;
  const shown = (one: Asked['what']): boolean => open && what === one;
  return (
    <>
      <ShareDialog conversation={now} open={shown('share')} onClose={close} />
      <ExportDialog conversation={now} open={shown('export')} onClose={close} />
      <MoveDialog conversation={now} open={shown('move')} onClose={close} />
      <TagDialog conversation={now} open={shown('tag')} onClose={close} />
    </>
  );
}

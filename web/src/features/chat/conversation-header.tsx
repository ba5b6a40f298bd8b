import { useState, type ReactNode } from 'react';
import type { Conversation } from '../../../../shared/api/chat.ts';
import { PageHeader } from '../../app/page-header.tsx';
import { useServices } from '../../app/services.ts';
import { useStrings } from '../../lib/strings/index.ts';
import { ConversationMenu } from './sidebar/conversation-menu.tsx';
import { RenameField } from './sidebar/rename-field.tsx';

type Props = { conversation: Conversation | undefined; title: string; children?: ReactNode };

/** The title of what is open, and what can be done with it: on a phone its row in the list is behind the drawer. */
export function ConversationHeader({ conversation, title, children }: Props) {
  const strings = useStrings();
  const { conversations } = useServices();
  const [renaming, setRenaming] = useState(false);
  const save = (to: string): void => {
    setRenaming(false);
    if (conversation && to !== '' && to !== conversation.title)
      void conversations.change(conversation.id, { title: to });
  };
  const heading = renaming && <RenameField title={title} onDone={save} onCancel={() => setRenaming(false)} />;
  return (
    <PageHeader title={title} {...(heading && { heading })}>
      {conversation && !renaming && title !== '' && (
        <ConversationMenu
          conversation={conversation}
          onRename={() => setRenaming(true)}
          label={strings.shell.moreHere}
        />
      )}
      {children}
    </PageHeader>
  );
}

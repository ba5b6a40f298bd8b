import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { Pin } from 'lucide-react';
import { memo, useState } from 'react';
import type { Conversation } from '../../../../../shared/api/chat.ts';
import { layout } from '../../../app/layout.ts';
import { useServices } from '../../../app/services.ts';
import { cx } from '../../../components/ui/cx.ts';
import { useStore } from '../../../lib/store.ts';
import { useStrings } from '../../../lib/strings/index.ts';
import { hasUnread, noticesQuery } from '../../notices/notices.ts';
import { ConversationMenu } from './conversation-menu.tsx';
import { RenameField } from './rename-field.tsx';
import { selection } from './selection.ts';

export const ConversationRow = memo(function ConversationRow({ conversation }: { conversation: Conversation }) {
  const strings = useStrings();
  const { client, conversations, live, updates } = useServices();
  const { conversationId: current } = useParams({ strict: false });
  const [renaming, setRenaming] = useState(false);
  const { id, pinned } = conversation;
  const title = conversation.title || strings.chat.untitled;
  const here = useStore(live.runs, (runs) => [...runs.values()].some(({ run }) => run.conversationId === id));
  const elsewhere = useStore(updates.running, (running) => running.has(id));
  const running = here || elsewhere;
  const { data: unread = false } = useQuery({ ...noticesQuery(client), enabled: false, select: hasUnread(id) });
  const active = current === id;

  if (renaming) {
    const save = (to: string): void => {
      setRenaming(false);
      if (to !== '' && to !== conversation.title) void conversations.change(id, { title: to });
    };
    return <RenameField title={title} onDone={save} onCancel={() => setRenaming(false)} />;
  }
  return (
    <div
      className={cx(
        'group relative flex h-9 items-center rounded-md transition-colors',
        active ? 'bg-accent-soft' : 'focus-within:bg-well hover:bg-well',
      )}
    >
      <Link
        to="/c/$conversationId"
        params={{ conversationId: id }}
        onClick={() => layout.drawer.set(false)}
        onDoubleClick={() => setRenaming(true)}
        aria-current={active ? 'page' : undefined}
        title={title}
        className="flex h-full min-w-0 flex-1 items-center gap-2 rounded-md ps-2.5 pe-1"
      >
        {running && (
          <span
            aria-label={strings.chat.answerStarted}
            role="img"
            className="size-2 shrink-0 animate-[breathe_1.4s_infinite] rounded-full bg-accent"
          />
        )}
        {unread && !running && (
          <span role="img" aria-label={strings.notices.unread} className="size-2 shrink-0 rounded-full bg-warn" />
        )}
        <span className={cx('truncate', unread && 'font-semibold')}>{title}</span>
      </Link>
      {pinned && (
        <Pin
          size={13}
          role="img"
          aria-label={strings.shell.pinned}
          className="me-1 shrink-0 text-muted group-hover:hidden group-focus-within:hidden"
        />
      )}
      <ConversationMenu
        conversation={conversation}
        onRename={() => setRenaming(true)}
        onSelect={() => selection.begin(id)}
        label={strings.shell.more(title)}
        className="me-0.5 size-7! opacity-0 group-hover:opacity-100 group-focus-within:opacity-100 aria-expanded:opacity-100 pointer-coarse:opacity-100"
      />
    </div>
  );
});

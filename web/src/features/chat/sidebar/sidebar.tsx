import { Link, useNavigate } from '@tanstack/react-router';
import { Archive, PanelLeftClose, Search, SquarePen, TextSearch, X } from 'lucide-react';
import { useDeferredValue, useState } from 'react';
import { focusInput, layout, toggleSidebar } from '../../../app/layout.ts';
import { keyNames } from '../../../app/use-shortcuts.ts';
import { buttonClass } from '../../../components/ui/button.tsx';
import { IconButton } from '../../../components/ui/icon-button.tsx';
import { Wordmark } from '../../../components/ui/lamp.tsx';
import { useNarrow } from '../../../lib/media.ts';
import { useStrings } from '../../../lib/strings/index.ts';
import { FolderList } from '../../folders/folder-list.tsx';
import { NoticeBell } from '../../notices/bell.tsx';
import { RetentionNote } from '../../retention/retention-note.tsx';
import { TagList } from '../../tags/tag-list.tsx';
import { ConversationList } from './conversation-list.tsx';
import { Dock } from './dock.tsx';
import { UserMenu } from './user-menu.tsx';

/** Drawn in small steps behind what one came for, which stands beside it. */
export function Sidebar() {
  return useDeferredValue(true, false) && <SidebarContents />;
}

function SidebarContents() {
  const strings = useStrings();
  const narrow = useNarrow();
  const navigate = useNavigate();
  const [typed, setTyped] = useState('');
  const [archived, setArchived] = useState(false);
  const [folder, setFolder] = useState<string | null>(null);
  const [tag, setTag] = useState<string | null>(null);
  const q = useDeferredValue(typed.trim());
  const newChat = (): void => {
    layout.drawer.set(false);
    void navigate({ to: '/' }).then(focusInput);
  };
  return (
    <div className="flex h-full flex-col">
      <div className="flex h-13 items-center justify-between ps-4 pe-2">
        <Link to="/" onClick={() => layout.drawer.set(false)} className="rounded-sm">
          <Wordmark />
        </Link>
        <span className="flex">
          <NoticeBell />
          <IconButton
            icon={TextSearch}
            label={strings.palette.title}
            keys={narrow ? undefined : keyNames.palette}
            onClick={() => layout.palette.set(true)}
          />
          <IconButton
            icon={narrow ? X : PanelLeftClose}
            label={strings.shell.hideSidebar}
            keys={narrow ? undefined : keyNames.sidebar}
            onClick={() => toggleSidebar(narrow)}
          />
        </span>
      </div>
      <div className="space-y-2 px-3 pb-2">
        <button type="button" onClick={newChat} className={buttonClass('plain', 'w-full justify-start! shadow-sheet')}>
          <SquarePen size={16} strokeWidth={1.75} aria-hidden className="text-accent" />
          {strings.shell.newChat}
        </button>
        <div className="flex items-center gap-1">
          <div className="relative min-w-0 flex-1">
            <Search
              size={15}
              aria-hidden
              className="pointer-events-none absolute start-3 top-1/2 -translate-y-1/2 text-muted"
            />
            <input
              type="text"
              role="searchbox"
              value={typed}
              onChange={(event) => setTyped(event.target.value)}
              onKeyDown={(event) => {
                if (event.key !== 'Escape' || typed === '') return;
                event.stopPropagation();
                setTyped('');
              }}
              aria-label={strings.shell.search}
              placeholder={strings.shell.search}
              className="min-h-9 w-full rounded-md border border-transparent bg-well py-1 ps-9 pe-9 text-base hover:border-line focus-visible:border-accent focus-visible:outline-1 focus-visible:outline-offset-0"
            />
            {typed !== '' && (
              <IconButton
                icon={X}
                size={14}
                label={strings.shell.clearSearch}
                className="absolute end-0.5 top-1/2 -translate-y-1/2"
                onClick={() => setTyped('')}
              />
            )}
          </div>
          <IconButton
            icon={Archive}
            size={16}
            label={strings.shell.archive}
            aria-pressed={archived}
            className="aria-pressed:bg-accent-soft aria-pressed:text-accent"
            onClick={() => setArchived(!archived)}
          />
        </div>
      </div>
      <FolderList chosen={folder} onChoose={setFolder} />
      <TagList chosen={tag} onChoose={setTag} />
      <ConversationList q={q} archived={archived} folder={folder} tag={tag} />
      <RetentionNote of="conversations" className="border-t border-line px-4 py-2" />
      <div className="border-t border-line p-2">
        <Dock />
        <UserMenu />
      </div>
    </div>
  );
}

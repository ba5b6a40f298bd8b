import { PanelLeft, SquarePen } from 'lucide-react';
import { useNavigate } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { IconButton } from '../components/ui/icon-button.tsx';
import { useNarrow } from '../lib/media.ts';
import { useStore } from '../lib/store.ts';
import { useStrings } from '../lib/strings/index.ts';
import { focusInput, layout, toggleSidebar } from './layout.ts';
import { keyNames } from './use-shortcuts.ts';

/** The strip over a page: the way to the sidebar where that is closed, the title (none where the page has its own heading), and what the page adds. */
export function PageHeader({ title, children }: { title: string; children?: ReactNode }) {
  const strings = useStrings();
  const narrow = useNarrow();
  const navigate = useNavigate();
  const shown = useStore(layout.sidebar) && !narrow;
  return (
    <header className="flex h-13 shrink-0 items-center gap-1 px-2 sm:px-3">
      {!shown && (
        <>
          <IconButton
            icon={PanelLeft}
            label={strings.shell.showSidebar}
            keys={keyNames.sidebar}
            onClick={() => toggleSidebar(narrow)}
          />
          <IconButton
            icon={SquarePen}
            label={strings.shell.newChat}
            keys={keyNames.newChat}
            onClick={() => void navigate({ to: '/' }).then(focusInput)}
          />
        </>
      )}
      {title === '' ? (
        <span className="flex-1" />
      ) : (
        <h1 className="min-w-0 flex-1 truncate px-2 text-lg" title={title}>
          {title}
        </h1>
      )}
      {children}
    </header>
  );
}

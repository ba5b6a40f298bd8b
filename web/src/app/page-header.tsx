import { PanelLeft, SquarePen } from 'lucide-react';
import { useNavigate } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { cx } from '../components/ui/cx.ts';
import { IconButton } from '../components/ui/icon-button.tsx';
import { useNarrow } from '../lib/media.ts';
import { useStore } from '../lib/store.ts';
import { useStrings } from '../lib/strings/index.ts';
import { focusInput, layout, toggleSidebar } from './layout.ts';
import { keyNames } from './use-shortcuts.ts';

type Props = {
  /** None where the page has its own heading. */
  title: string;
  /** In the place of the title: where it is being changed. */
  heading?: ReactNode;
  /** Width of the column that stands below: the title begins where it does. Absent for a title of something, such as a chat. */
  column?: 'max-w-4xl' | 'max-w-6xl';
  /** What the page adds. */
  children?: ReactNode;
};

/** The strip over a page: the way to the sidebar where that is closed, the title, and what one can do here. */
export function PageHeader({ title, heading, column, children }: Props) {
  const strings = useStrings();
  const narrow = useNarrow();
  const navigate = useNavigate();
  const shown = useStore(layout.sidebar) && !narrow;
  return (
    <header className={cx('relative flex shrink-0 items-center gap-1 px-2', column ? 'h-16 sm:px-0' : 'h-13 sm:px-3')}>
      {!shown && (
        <span className={cx('flex shrink-0', column && 'sm:ps-3 xl:absolute xl:start-0')}>
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
        </span>
      )}
      <div
        className={cx(
          'flex min-w-0 flex-1 items-center gap-1',
          column && `mx-auto w-full gap-3 px-2 sm:px-6 ${column}`,
        )}
      >
        {(heading ?? title === '') ? (
          <div className={cx('min-w-0 flex-1', heading !== undefined && 'max-w-md')}>{heading}</div>
        ) : (
          <h1 className={cx('min-w-0 flex-1 truncate', column ? 'text-xl' : 'px-2 text-lg')} title={title}>
            {title}
          </h1>
        )}
        <span className="contents max-sm:[&_button>span]:sr-only">{children}</span>
      </div>
    </header>
  );
}

import { Outlet } from '@tanstack/react-router';
import { useEffect } from 'react';
import { Modal } from '../components/ui/modal.tsx';
import { useUser } from '../features/auth/session.ts';
import { RowDialogs } from '../features/chat/sidebar/row-dialogs.tsx';
import { Sidebar } from '../features/chat/sidebar/sidebar.tsx';
import { UploadTray } from '../features/files/upload-tray.tsx';
import { Palette } from '../features/palette/palette.tsx';
import { useNarrow } from '../lib/media.ts';
import { useStore } from '../lib/store.ts';
import { useStrings } from '../lib/strings/index.ts';
import { ConnectionBanner } from './connection-banner.tsx';
import { layout } from './layout.ts';
import { useServices } from './services.ts';
import { ShortcutSheet } from './shortcut-sheet.tsx';
import { useFetchedAhead } from './use-fetched-ahead.ts';
import { useShortcuts } from './use-shortcuts.ts';

/** The frame of every page behind the gate: sidebar (a drawer on phones), banner, page. */
export function Shell() {
  const strings = useStrings();
  const { updates, uploads } = useServices();
  const personId = useUser()?.id;
  const narrow = useNarrow();
  const beside = useStore(layout.sidebar) && !narrow;
  const drawer = useStore(layout.drawer) && narrow;
  useShortcuts();
  useFetchedAhead();
  useEffect(() => updates.start(), [updates]);
  useEffect(() => {
    if (personId !== undefined) uploads.start(personId);
  }, [uploads, personId]);
  return (
    <div className="flex h-full flex-col">
      <a
        href="#page"
        className="sr-only focus:not-sr-only focus:absolute focus:start-2 focus:top-2 focus:z-60 focus:rounded-sm focus:bg-accent focus:px-3 focus:py-2 focus:text-accent-ink"
      >
        {strings.app.skip}
      </a>
      <ConnectionBanner />
      <div className="flex min-h-0 flex-1">
        {beside && (
          <aside aria-label={strings.shell.navigation} className="w-72 shrink-0 border-e border-line bg-desk">
            <Sidebar />
          </aside>
        )}
        <Modal
          open={drawer}
          onClose={() => layout.drawer.set(false)}
          title={strings.shell.navigation}
          place="start"
          bare
        >
          <div className="h-full bg-desk">
            <Sidebar />
          </div>
        </Modal>
        <div id="page" tabIndex={-1} className="flex min-w-0 flex-1 flex-col outline-none">
          <Outlet />
        </div>
      </div>
      <RowDialogs />
      <UploadTray />
      <ShortcutSheet />
      <Palette />
    </div>
  );
}

import { useRouter } from '@tanstack/react-router';
import { useEffect } from 'react';
import { MenuBody } from '../components/ui/menu.tsx';
import { ModalBody } from '../components/ui/modal.tsx';
import { Markdown } from '../features/chat/markdown/markdown-part.ts';
import { ModelPopover } from '../features/chat/models/model-picker.tsx';
import { SourcePanel } from '../features/chat/sources/source-panel-part.ts';
import { keepShellOffline } from '../lib/offline-shell.ts';

/** Long enough for the first picture and the first question to have the line for themselves. */
const WAIT_MS = 2_500;

/** Once the page rests, fetches what one will reach for next: then it is there at once, also without a connection. */
export function useFetchedAhead(): void {
  const router = useRouter();
  useEffect(() => {
    const timer = setTimeout(() => {
      for (const part of [Markdown, MenuBody, ModalBody, ModelPopover, SourcePanel]) void part.preload();
      // What could not be fetched now is fetched with the first answer.
      void import('../lib/stream.ts').catch(() => undefined);
      void keepShellOffline();
      for (const to of ['/', '/files', '/settings'] as const) void router.preloadRoute({ to });
    }, WAIT_MS);
    return () => clearTimeout(timer);
  }, [router]);
}

import { useQuery } from '@tanstack/react-query';
import { Bell } from 'lucide-react';
import { useServices } from '../../app/services.ts';
import { IconButton } from '../../components/ui/icon-button.tsx';
import { Menu } from '../../components/ui/menu.tsx';
import { part } from '../../lib/part.tsx';
import { useStore } from '../../lib/store.ts';
import { useStrings } from '../../lib/strings/index.ts';
import { noticesQuery } from './notices.ts';

const NoticeList = part(async () => (await import('./notice-list.tsx')).NoticeList);

/** How much there is that was not looked at yet, and the way to it. */
export function NoticeBell() {
  const words = useStrings().notices;
  const { client, updates } = useServices();
  // What is first on the screen has the line for itself: asked for when the socket stands, or the list is opened.
  const connected = useStore(updates.connected);
  const { data } = useQuery({ ...noticesQuery(client), enabled: connected });
  const unread = data?.unread ?? 0;
  return (
    <span className="relative">
      <Menu trigger={<IconButton icon={Bell} label={words.title(unread)} />}>
        <NoticeList />
      </Menu>
      {unread > 0 && (
        <span
          aria-hidden
          className="pointer-events-none absolute end-1 top-1 size-2 rounded-full bg-accent ring-2 ring-desk"
        />
      )}
    </span>
  );
}

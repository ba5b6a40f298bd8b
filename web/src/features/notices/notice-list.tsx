import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { Settings } from 'lucide-react';
import { layout } from '../../app/layout.ts';
import { useServices } from '../../app/services.ts';
import { MenuItem, MenuLabel, MenuLine } from '../../components/ui/menu.tsx';
import { Skeleton } from '../../components/ui/skeleton.tsx';
import { formatDate } from '../../lib/format.ts';
import { useLanguage, useStrings } from '../../lib/strings/index.ts';
import { noticesQuery } from './notices.ts';
import { placeOf, wordNotice } from './wording.ts';

/** What the bell opens: the newest notifications, each the way to what it is about. */
export function NoticeList() {
  const strings = useStrings();
  const language = useLanguage();
  const words = strings.notices;
  const { client, notices } = useServices();
  const navigate = useNavigate();
  const { data, isError, refetch } = useQuery(noticesQuery(client));
  if (isError)
    return (
      <>
        <MenuLabel>{words.failed}</MenuLabel>
        <MenuItem onSelect={() => void refetch()}>{strings.app.retry}</MenuItem>
      </>
    );
  if (!data) return <Skeleton lines={['w-3/4', 'w-1/2', 'w-2/3']} className="w-72 p-3" />;
  if (data.items.length === 0)
    return (
      <div className="w-72">
        <MenuLabel>{words.none}</MenuLabel>
        <p className="px-2.5 pb-2 text-sm text-muted">{words.noneText}</p>
        <MenuLine />
        <MenuItem
          icon={Settings}
          onSelect={() => {
            layout.drawer.set(false);
            void navigate({ to: '/settings', hash: 'notifications' });
          }}
        >
          {strings.shell.settings}
        </MenuItem>
      </div>
    );
  return (
    <div className="w-76 max-w-full">
      {data.items.map((notice) => {
        const { icon, title, text } = wordNotice(notice, strings, language);
        return (
          <MenuItem
            key={notice.id}
            icon={icon}
            onSelect={() => {
              layout.drawer.set(false);
              if (!notice.read) notices.read(notice.id, true);
              void navigate(placeOf(notice));
            }}
          >
            <span className="flex items-center gap-2">
              <span className={notice.read ? 'min-w-0 flex-1 truncate' : 'min-w-0 flex-1 truncate font-semibold'}>
                {title}
              </span>
              {!notice.read && (
                <span role="img" aria-label={words.isNew} className="size-2 shrink-0 rounded-full bg-accent" />
              )}
            </span>
            <span className="block truncate text-xs text-muted">{text}</span>
            <span className="block truncate text-xs text-muted">{formatDate(notice.created_at, language)}</span>
          </MenuItem>
        );
      })}
      {data.unread > 0 && <MenuLine />}
      {data.unread > 0 && <MenuItem onSelect={notices.readAll}>{words.clear}</MenuItem>}
    </div>
  );
}

import { useNavigate } from '@tanstack/react-router';
import { Bell } from 'lucide-react';
import { layout } from '../../app/layout.ts';
import { useServices } from '../../app/services.ts';
import { IconButton } from '../../components/ui/icon-button.tsx';
import { Menu, MenuItem, MenuLabel, MenuLine } from '../../components/ui/menu.tsx';
import { formatDate } from '../../lib/format.ts';
import { useStore } from '../../lib/store.ts';
import { useLanguage, useStrings } from '../../lib/strings/index.ts';

/** What ended elsewhere and was not looked at yet. */
export function NoticeBell() {
  const strings = useStrings();
  const language = useLanguage();
  const words = strings.notices;
  const { notices } = useServices();
  const navigate = useNavigate();
  const list = useStore(notices.list);
  return (
    <span className="relative">
      <Menu trigger={<IconButton icon={Bell} label={words.title(list.length)} />}>
        <MenuLabel>{list.length === 0 ? words.none : words.text}</MenuLabel>
        {list.map(({ conversationId, title, at }) => (
          <MenuItem
            key={conversationId}
            onSelect={() => {
              layout.drawer.set(false);
              notices.seen(conversationId);
              void navigate({ to: '/c/$conversationId', params: { conversationId } });
            }}
          >
            {title || strings.chat.untitled}
            <span className="block truncate text-xs text-muted">
              {formatDate(new Date(at).toISOString(), language)}
            </span>
          </MenuItem>
        ))}
        {list.length > 0 && <MenuLine />}
        {list.length > 0 && <MenuItem onSelect={notices.clear}>{words.clear}</MenuItem>}
      </Menu>
      {list.length > 0 && (
        <span
          aria-hidden
          className="pointer-events-none absolute end-1 top-1 size-2 rounded-full bg-accent ring-2 ring-desk"
        />
      )}
    </span>
  );
}

import { RotateCw } from 'lucide-react';
import type { CollectionSource } from '../../../../shared/api/collections.ts';
import { useServices } from '../../app/services.ts';
import { IconButton } from '../../components/ui/icon-button.tsx';
import { Menu, MenuCheck, MenuItem, MenuLine } from '../../components/ui/menu.tsx';
import { useStrings } from '../../lib/strings/index.ts';
import { useAct } from './use-collections.ts';

type Props = { path: string; source: CollectionSource & { url: string } };

const rhythms = ['daily', 'weekly'] as const;

/** A page is fetched now, or by itself from now on. */
export function FetchMenu({ path, source: { url, title, refresh } }: Props) {
  const words = useStrings().knowledge;
  const { client } = useServices();
  const act = useAct();
  return (
    <Menu trigger={<IconButton icon={RotateCw} size={17} label={words.refetch(title)} />}>
      <MenuItem icon={RotateCw} onSelect={() => void act(() => client.post(path, { url }))}>
        {words.refetchNow}
      </MenuItem>
      <MenuLine />
      {rhythms.map((rhythm) => (
        <MenuCheck
          key={rhythm}
          checked={refresh === rhythm}
          onChange={(on) => void act(() => client.patch(path, { url, refresh: on ? rhythm : 'off' }))}
        >
          {words.refreshChoices[rhythm]}
        </MenuCheck>
      ))}
    </Menu>
  );
}

import { Globe, Library } from 'lucide-react';
import { IconButton } from '../../../components/ui/icon-button.tsx';
import { Menu, MenuCheck, MenuLabel } from '../../../components/ui/menu.tsx';
import { useStore } from '../../../lib/store.ts';
import { useStrings } from '../../../lib/strings/index.ts';
import { useFeatures } from '../../auth/instance.ts';
import { askedOf } from '../../collections/asked.ts';
import { useCollections } from '../../collections/use-collections.ts';

/** What a question is asked of: collections, and the web. */
export function AskButton({ slot }: { slot: string }) {
  const words = useStrings().knowledge;
  const store = askedOf(slot);
  const { collections: chosen, webSearch } = useStore(store);
  const items = useCollections().data?.items ?? [];
  const features = useFeatures();
  const toggle = (id: string, name: string, on: boolean): void =>
    store.set((now) => ({
      ...now,
      collections: on ? [...now.collections, { id, name }] : now.collections.filter((one) => one.id !== id),
    }));
  const on = 'bg-accent-soft! text-accent!';
  return (
    <span className="flex items-center">
      <Menu
        side="top"
        trigger={
          <IconButton
            icon={Library}
            keys="#"
            label={chosen.length > 0 ? words.chosen(chosen.length) : words.choose}
            className={chosen.length > 0 ? on : ''}
          />
        }
      >
        <MenuLabel>{words.choose}</MenuLabel>
        {items.length === 0 && <p className="max-w-60 px-2.5 py-1.5 text-sm text-muted">{words.chooseNone}</p>}
        {items.map(({ id, name }) => (
          <MenuCheck
            key={id}
            checked={chosen.some((one) => one.id === id)}
            onChange={(checked) => toggle(id, name, checked)}
          >
            {name}
          </MenuCheck>
        ))}
      </Menu>
      {chosen.length > 0 && (
        <span aria-hidden className="ms-1 text-xs font-semibold text-accent">
          {chosen.length}
        </span>
      )}
      {features?.web_search === true && (
        <IconButton
          icon={Globe}
          label={words.web}
          aria-pressed={webSearch}
          className="aria-pressed:bg-accent-soft aria-pressed:text-accent"
          onClick={() => store.set((now) => ({ ...now, webSearch: !webSearch }))}
        />
      )}
    </span>
  );
}

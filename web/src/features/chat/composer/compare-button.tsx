import { Columns2 } from 'lucide-react';
import { IconButton } from '../../../components/ui/icon-button.tsx';
import { Menu, MenuCheck, MenuLabel } from '../../../components/ui/menu.tsx';
import { useStrings } from '../../../lib/strings/index.ts';
import { modelName } from '../models/names.ts';
import { useModels } from '../models/use-models.ts';

/** More columns than this cannot be read beside each other. */
const most = 3;

type Props = { main: string | null; value: readonly string[]; onChange(value: string[]): void };

/** Further models that answer the next question, beside the one that is chosen. */
export function CompareButton({ main, value, onChange }: Props) {
  const { compare } = useStrings().chat;
  const { models } = useModels();
  const others = models.filter(({ id, provider }) => id !== main && provider !== 'librarian');
  if (others.length === 0 || models.length < 2) return null;
  const toggle = (id: string, on: boolean): void =>
    onChange(on ? [...value, id].slice(0, most) : value.filter((one) => one !== id));
  return (
    <span className="flex items-center">
      <Menu
        side="top"
        trigger={
          <IconButton
            icon={Columns2}
            label={value.length > 0 ? compare.chosen(value.length) : compare.choose}
            className={value.length > 0 ? 'bg-accent-soft! text-accent!' : ''}
          />
        }
      >
        <MenuLabel>{compare.choose}</MenuLabel>
        {others.map(({ id }) => (
          <MenuCheck
            key={id}
            checked={value.includes(id)}
            disabled={value.length >= most && !value.includes(id)}
            onChange={(on) => toggle(id, on)}
          >
            {modelName(id)}
          </MenuCheck>
        ))}
      </Menu>
      {value.length > 0 && (
        <span aria-hidden className="ms-1 text-xs font-semibold text-accent">
          +{value.length}
        </span>
      )}
    </span>
  );
}

import { useQuery } from '@tanstack/react-query';
import { Wrench } from 'lucide-react';
import type { Tool } from '../../../../../shared/api/tools.ts';
import { useServices } from '../../../app/services.ts';
import { IconButton } from '../../../components/ui/icon-button.tsx';
import { Menu, MenuCheck, MenuLabel } from '../../../components/ui/menu.tsx';
import { useStore } from '../../../lib/store.ts';
import { useStrings } from '../../../lib/strings/index.ts';
import { useModels } from '../models/use-models.ts';
import { toolsQuery } from '../tools.ts';
import { callsTools, chooseTools, chosenTools, toolsFor } from './chosen-tools.ts';

const none: Tool[] = [];

/** What the model may do beside writing. Not there for models that call no tools. */
export function ToolsButton({ model }: { model: string | null }) {
  const strings = useStrings();
  const { client } = useServices();
  const { models } = useModels();
  useStore(chosenTools);
  const able = callsTools(models, model) !== 'no';
  const { data } = useQuery({ ...toolsQuery(client), enabled: able });
  const tools = data?.items ?? none;
  if (!able || tools.length === 0) return null;
  const known = new Set(tools.map(({ name }) => name));
  const on = toolsFor(models, model).filter((name) => known.has(name));
  const servers = Map.groupBy(tools, ({ server }) => server?.name ?? null);
  const toggle = (name: string, wanted: boolean): void =>
    chooseTools(wanted ? [...on, name] : on.filter((one) => one !== name));
  return (
    <Menu
      side="top"
      trigger={
        <IconButton
          icon={Wrench}
          label={on.length > 0 ? strings.tools.menuOn(on.length) : strings.tools.menu}
          className={on.length > 0 ? 'text-accent!' : ''}
        />
      }
    >
      {[...servers].map(([server, offered]) => (
        <div key={server ?? ''} role="group" aria-label={server ?? strings.tools.menu}>
          <MenuLabel>{server ?? strings.tools.menu}</MenuLabel>
          {offered.map(({ name, title, asks }) => (
            <MenuCheck key={name} checked={on.includes(name)} onChange={(wanted) => toggle(name, wanted)}>
              {strings.tools.names[name] ?? title}
              {asks !== 'never' && <span className="text-muted"> · {strings.tools.asksFirst}</span>}
            </MenuCheck>
          ))}
        </div>
      ))}
    </Menu>
  );
}

import { ChevronDown } from 'lucide-react';
import { cloneElement, useState } from 'react';
import { part } from '../../../lib/part.tsx';
import { useStrings } from '../../../lib/strings/index.ts';
import { assistantIn } from '../../assistants/chosen.ts';
import { useAssistant } from '../../assistants/use-assistants.ts';
import { HealthDot } from './model-line.tsx';
import { modelName } from './names.ts';
import { useModels } from './use-models.ts';

export const ModelPopover = part(async () => (await import('./model-popover.tsx')).default);

type Props = { value: string | null; onChange(id: string | null): void };

/** The model that answers next, and the list behind it, whose code is fetched when one reaches for it. */
export function ModelPicker({ value, onChange }: Props) {
  const strings = useStrings();
  const { models, query } = useModels();
  const [wanted, setWanted] = useState(false);
  const chosen = models.find(({ id }) => id === value);
  const assistant = useAssistant(assistantIn(value));
  const gone = value !== null && query.isSuccess && !chosen && !assistant;
  const name = value === null ? strings.models.automatic : (assistant?.name ?? chosen?.name ?? modelName(value));
  const near = (): void => void ModelPopover.preload();
  const trigger = (
    <button
      type="button"
      aria-label={gone ? strings.models.gone(name) : strings.models.chosen(name)}
      className="flex min-h-8 max-w-56 min-w-14 items-center gap-1.5 rounded-md px-2 max-sm:gap-1 max-sm:px-1 text-sm text-muted transition-colors hover:bg-well hover:text-ink aria-expanded:bg-well pointer-coarse:min-h-10"
    >
      {assistant && <span aria-hidden>{assistant.emoji}</span>}
      {value !== null && !assistant && <HealthDot healthy={chosen?.healthy ?? false} />}
      <span className="truncate">{name}</span>
      <ChevronDown size={14} aria-hidden className="shrink-0" />
    </button>
  );
  const resting = cloneElement(trigger, {
    'aria-haspopup': 'dialog',
    'aria-expanded': false,
    onPointerEnter: near,
    onFocus: near,
    onClick: () => setWanted(true),
  });
  if (!wanted) return resting;
  return <ModelPopover trigger={trigger} value={value} onChange={onChange} resting={resting} />;
}

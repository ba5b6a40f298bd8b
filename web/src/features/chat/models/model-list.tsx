import { Check, Star } from 'lucide-react';
import { useEffect, useId, useMemo, useRef, useState, type KeyboardEvent } from 'react';
import type { Assistant } from '../../../../../shared/api/assistants.ts';
import { Button } from '../../../components/ui/button.tsx';
import { cx } from '../../../components/ui/cx.ts';
import { ProblemNotice } from '../../../components/ui/notice.tsx';
import { Skeleton } from '../../../components/ui/skeleton.tsx';
import { refusalOf } from '../../../lib/problem.ts';
import { useStrings } from '../../../lib/strings/index.ts';
import { ASSISTANTS, choiceGroups, FAVOURITES, type Choice, type ChoiceGroup } from './choices.ts';
import { AssistantSign } from '../../assistants/assistant-sign.tsx';
import { useAssistants } from '../../assistants/use-assistants.ts';
import { ModelLine } from './model-line.tsx';
import { modelName } from './names.ts';
import { useFavourites } from './use-favourites.ts';
import { useModels, useProviders } from './use-models.ts';

/** A searchable list box: the focus stays in the field, the arrows move through the models. */
export function ModelList({ value, onPick }: { value: string | null; onPick(id: string | null): void }) {
  const strings = useStrings();
  const { models, query, onlyLibrarian } = useModels();
  const providers = useProviders(true);
  const [typed, setTyped] = useState('');
  const { favourites, toggle } = useFavourites();
  const id = useId();
  const { items: assistants } = useAssistants();
  const groups = useMemo(
    () => choiceGroups(models, providers, typed, favourites, assistants),
    [models, providers, typed, favourites, assistants],
  );
  const flat = groups.flatMap(({ choices }) => choices);
  const chosenKey = value ?? 'automatic';
  const [wanted, setActive] = useState<string>(chosenKey);
  const active = flat.some(({ key }) => key === wanted) ? wanted : flat[0]?.key;
  const pointed = flat.find(({ key }) => key === active)?.model;
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    list.current?.querySelector('[data-active=true]')?.scrollIntoView({ block: 'nearest' });
  }, [active]);

  const nameOf = ({ key, name }: ChoiceGroup): string | null => {
    if (key === ASSISTANTS) return strings.assistants.title;
    return key === FAVOURITES ? strings.favourites.title : name;
  };

  const onKey = (event: KeyboardEvent): void => {
    const at = flat.findIndex(({ key }) => key === active);
    const steps: Record<string, number> = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: flat.length - 1 };
    const to = steps[event.key];
    if (to !== undefined) {
      event.preventDefault();
      const next = flat[(to + flat.length) % flat.length];
      if (next) setActive(next.key);
    }
    if (event.key === 'Enter' && flat[at]) {
      event.preventDefault();
      onPick(pickedOf(flat[at]));
    }
  };
  return (
    <>
      <input
        role="combobox"
        aria-expanded
        aria-controls={id}
        aria-activedescendant={active && `${id}-${active}`}
        aria-label={strings.models.search}
        placeholder={strings.models.search}
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
        onKeyDown={onKey}
        className="min-h-11 w-full border-b border-line bg-transparent px-4 text-base focus-visible:outline-none"
      />
      <div ref={list} id={id} role="listbox" aria-label={strings.models.choose} className="overflow-y-auto p-1.5">
        {groups.map((group) => (
          <div key={group.key} role="group" aria-label={nameOf(group) ?? strings.models.automatic}>
            {group.name && (
              <div role="presentation" className="px-2.5 pt-2.5 pb-1 text-xs font-semibold text-muted">
                {nameOf(group)}
              </div>
            )}
            {group.choices.map(({ key, model, local, assistant }) => (
              <div
                key={key}
                id={`${id}-${key}`}
                role="option"
                aria-selected={key === chosenKey}
                data-active={key === active}
                onMouseMove={() => setActive(key)}
                onClick={() => onPick(pickedOf({ key }))}
                className={cx(
                  'flex min-h-10 cursor-pointer items-center gap-2.5 rounded-md px-2.5 py-1.5',
                  key === active && 'bg-accent-soft',
                )}
              >
                {assistant ? (
                  <AssistantLine assistant={assistant} chosen={key === chosenKey} />
                ) : (
                  <ModelLine model={model} local={local} chosen={key === chosenKey} />
                )}
              </div>
            ))}
          </div>
        ))}
      </div>
      {pointed && (
        <button
          type="button"
          aria-pressed={favourites.includes(pointed.id)}
          onClick={() => void toggle(pointed.id)}
          className="flex min-h-10 items-center gap-2 border-t border-line px-4 text-start text-sm text-muted hover:text-ink focus-visible:-outline-offset-2 pointer-coarse:min-h-11"
        >
          <Star
            size={15}
            aria-hidden
            className={cx('shrink-0', favourites.includes(pointed.id) && 'fill-lamp text-warn')}
          />
          <span className="truncate">{strings.favourites.mark(modelName(pointed.id))}</span>
        </button>
      )}
      <div className="px-4 pb-3 text-sm text-muted empty:hidden" role="status">
        {query.isPending && <Skeleton lines={['w-3/4', 'w-1/2']} />}
        {query.isSuccess && flat.length === 0 && strings.models.none(typed.trim())}
        {typed === '' && onlyLibrarian && strings.models.onlyLibrarian}
      </div>
      {query.isError && (
        <div className="space-y-2 p-3">
          <ProblemNotice refusal={refusalOf(query.error)} title={strings.models.failed} />
          <Button onClick={() => void query.refetch()}>{strings.app.retry}</Button>
        </div>
      )}
    </>
  );
}

/** Null for the automatic choice. */
const pickedOf = ({ key }: Pick<Choice, 'key'>): string | null => (key === 'automatic' ? null : key);

function AssistantLine({ assistant, chosen }: { assistant: Assistant; chosen: boolean }) {
  return (
    <>
      <AssistantSign emoji={assistant.emoji} />
      <span className="min-w-0 flex-1">
        <span className="block truncate">{assistant.name}</span>
        {assistant.description !== '' && (
          <span className="block truncate text-sm text-muted">{assistant.description}</span>
        )}
      </span>
      {chosen && <Check size={16} aria-hidden className="shrink-0 text-accent" />}
    </>
  );
}

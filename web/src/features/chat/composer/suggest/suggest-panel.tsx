import { Bot, Cpu, FileText, Library, TextQuote } from 'lucide-react';
import { useEffect, useId, useRef, useState } from 'react';
import type { Prompt } from '../../../../../../shared/api/prompts.ts';
import { useServices } from '../../../../app/services.ts';
import { cx } from '../../../../components/ui/cx.ts';
import { useStrings } from '../../../../lib/strings/index.ts';
import { askedOf } from '../../../collections/asked.ts';
import { blanksOf } from '../../../prompts/blanks.ts';
import { FillBlanks } from './fill-blanks.tsx';
import type { SuggestProps } from './suggest.tsx';
import type { Trigger } from './trigger.ts';
import { useChoices, type Choice } from './use-choices.ts';

const icons = { prompt: TextQuote, model: Cpu, assistant: Bot, collection: Library, file: FileText } as const;

/** The list over the message field. The focus stays in the field; the arrows move, Enter and Tab take, Esc closes. */
export function SuggestPanel({
  input,
  slot,
  text,
  setText,
  setModel,
  trigger,
}: SuggestProps & { trigger: Trigger | null }) {
  const strings = useStrings();
  const { uploads } = useServices();
  const id = useId();
  const [closed, setClosed] = useState<string | null>(null);
  const [active, setActive] = useState({ at: 0, of: '' });
  const [filling, setFilling] = useState<{ prompt: Prompt; at: Trigger } | null>(null);
  const mark = trigger && `${trigger.sign}${trigger.from}`;
  const shown = trigger !== null && closed !== mark ? trigger : null;
  const { choices, pending } = useChoices(shown);
  if (closed !== null && mark === null) setClosed(null);
  const of = shown ? `${mark}${shown.q}` : '';
  const at = active.of === of ? Math.min(active.at, choices.length - 1) : 0;
  const names = { '/': strings.suggest.prompts, '@': strings.suggest.models, '#': strings.suggest.files };

  const put = (place: Trigger, content: string): void => {
    const next = text.slice(0, place.from) + content + text.slice(place.to);
    setText(next);
    const caret = place.from + content.length;
    // After the field has taken the text, and after a dialog has given back the focus.
    setTimeout(() => {
      input.current?.focus();
      // Who has typed on meanwhile keeps their place.
      if (input.current?.value === next) input.current.setSelectionRange(caret, caret);
    }, 30);
  };
  const pick = (choice: Choice | undefined): void => {
    if (!choice || !shown) return;
    if (choice.kind === 'prompt') {
      if (blanksOf(choice.prompt.content).length > 0) return setFilling({ prompt: choice.prompt, at: shown });
      return put(shown, choice.prompt.content);
    }
    if (choice.kind === 'model' || choice.kind === 'assistant') setModel(choice.key);
    else if (choice.kind === 'collection') {
      const { key, name } = choice;
      askedOf(slot).set((now) =>
        now.collections.some(({ id: known }) => known === key)
          ? now
          : { ...now, collections: [...now.collections, { id: key, name }] },
      );
    } else {
      const { id: fileId, filename, size, status: phase } = choice.file;
      const already = uploads.store
        .get()
        .get(slot)
        ?.some((upload) => upload.id === fileId);
      const told = { file: null, detail: null, refusal: null, sent: 1 };
      if (!already) uploads.put(slot, [{ ...told, key: crypto.randomUUID(), id: fileId, filename, size, phase }]);
    }
    put(shown, '');
  };

  const onKey = useRef<(event: KeyboardEvent) => void>(() => undefined);
  useEffect(() => {
    onKey.current = (event) => {
      if (!shown || event.isComposing || event.shiftKey || event.ctrlKey || event.metaKey) return;
      const { key } = event;
      const step = key === 'ArrowDown' ? 1 : key === 'ArrowUp' ? -1 : 0;
      const takes = (key === 'Enter' || key === 'Tab') && choices.length > 0;
      if (key !== 'Escape' && !takes && (step === 0 || choices.length === 0)) return;
      // The field's own meaning of the key, and the page's, do not count meanwhile.
      event.preventDefault();
      event.stopPropagation();
      if (step !== 0) setActive({ at: (at + step + choices.length) % choices.length, of });
      else if (key === 'Escape') setClosed(mark);
      else pick(choices[at]);
    };
  });
  useEffect(() => {
    const field = input.current;
    const listen = (event: KeyboardEvent): void => onKey.current(event);
    field?.addEventListener('keydown', listen);
    return () => field?.removeEventListener('keydown', listen);
  }, [input]);

  const option = choices[at] && `${id}-${at}`;
  useEffect(() => {
    const field = input.current;
    if (!field || option === undefined) return;
    field.setAttribute('aria-controls', id);
    field.setAttribute('aria-activedescendant', option);
    return () => {
      field.removeAttribute('aria-controls');
      field.removeAttribute('aria-activedescendant');
    };
  }, [input, id, option]);

  return (
    <div className="relative">
      {shown && (choices.length > 0 || pending) && (
        <div className="rise absolute inset-x-0 bottom-1.5 z-30 overflow-hidden rounded-lg border border-line bg-sheet shadow-float">
          <p className="px-4 pt-2.5 pb-1 text-xs font-semibold text-muted" role="status">
            {choices.length === 0 ? strings.suggest.loading : names[shown.sign]}
          </p>
          <div id={id} role="listbox" aria-label={names[shown.sign]} className="max-h-72 overflow-y-auto p-1.5 pt-0">
            {choices.map((choice, index) => {
              const Icon = icons[choice.kind];
              return (
                <div
                  key={choice.key}
                  id={`${id}-${index}`}
                  role="option"
                  aria-selected={index === at}
                  ref={index === at ? (element) => element?.scrollIntoView({ block: 'nearest' }) : undefined}
                  onMouseMove={() => setActive({ at: index, of })}
                  // The field keeps the focus.
                  onPointerDown={(event) => event.preventDefault()}
                  onClick={() => pick(choice)}
                  className={cx(
                    'flex min-h-9 cursor-pointer items-center gap-2.5 rounded-md px-2.5 pointer-coarse:min-h-11',
                    index === at && 'bg-accent-soft',
                  )}
                >
                  <Icon size={15} aria-hidden className="shrink-0 text-muted" />
                  <span className="max-w-[70%] truncate">{choice.name}</span>
                  <span className="min-w-0 flex-1 truncate text-sm text-muted">{choice.detail}</span>
                </div>
              );
            })}
          </div>
        </div>
      )}
      <FillBlanks
        prompt={filling?.prompt ?? null}
        onClose={() => setFilling(null)}
        onFilled={(content) => {
          setFilling(null);
          if (filling) put(filling.at, content);
        }}
      />
    </div>
  );
}

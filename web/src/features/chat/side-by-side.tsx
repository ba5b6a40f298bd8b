import { useId, useState, type ReactNode } from 'react';
import type { Message } from '../../../../shared/api/chat.ts';
import { Button } from '../../components/ui/button.tsx';
import { cx } from '../../components/ui/cx.ts';
import { useNarrow } from '../../lib/media.ts';
import { useStrings } from '../../lib/strings/index.ts';
import { modelName } from './models/names.ts';

type Props = { answers: readonly Message[]; onKeep(answer: Message): void; draw(answer: Message): ReactNode };

/** Answers of several models to one question, until one of them is kept: columns, or tabs where there is no room for them. */
export function SideBySide({ answers, onKeep, draw }: Props) {
  const { compare } = useStrings().chat;
  const narrow = useNarrow();
  const id = useId();
  const [chosen, setChosen] = useState(0);
  const shown = Math.min(chosen, answers.length - 1);
  const nameOf = (answer: Message): string => modelName(answer.model) || compare.waiting;
  const keep = (answer: Message): ReactNode => (
    <Button onClick={() => onKeep(answer)} aria-label={compare.keepNamed(nameOf(answer))}>
      {compare.keep}
    </Button>
  );
  if (!narrow)
    return (
      <section aria-label={compare.title} className="flex items-stretch gap-4 overflow-x-auto pb-2">
        {answers.map((answer) => (
          <div key={answer.id} className="flex min-w-72 flex-1 flex-col rounded-lg border border-line bg-sheet p-4">
            <p className="mb-2 truncate border-b border-line pb-2 text-sm font-semibold">{nameOf(answer)}</p>
            <div className="min-w-0 flex-1">{draw(answer)}</div>
            <div className="mt-3">{keep(answer)}</div>
          </div>
        ))}
      </section>
    );
  const current = answers[shown];
  return (
    <section aria-label={compare.title} className="rounded-lg border border-line bg-sheet">
      <div role="tablist" aria-label={compare.title} className="flex overflow-x-auto border-b border-line">
        {answers.map((answer, at) => (
          <button
            key={answer.id}
            type="button"
            role="tab"
            id={`${id}-tab-${at}`}
            aria-selected={at === shown}
            aria-controls={`${id}-panel`}
            tabIndex={at === shown ? 0 : -1}
            onClick={() => setChosen(at)}
            onKeyDown={({ key, currentTarget }) => {
              const step = key === 'ArrowRight' ? 1 : key === 'ArrowLeft' ? -1 : 0;
              const next = (shown + step + answers.length) % answers.length;
              if (step === 0) return;
              setChosen(next);
              currentTarget.parentElement?.querySelectorAll<HTMLElement>('[role=tab]')[next]?.focus();
            }}
            className={cx(
              'min-h-11 max-w-52 shrink-0 truncate border-b-2 px-4 text-sm',
              at === shown ? 'border-accent font-semibold' : 'border-transparent text-muted',
            )}
          >
            {nameOf(answer)}
          </button>
        ))}
      </div>
      {current && (
        <div role="tabpanel" id={`${id}-panel`} aria-labelledby={`${id}-tab-${shown}`} className="p-4">
          {draw(current)}
          <div className="mt-3">{keep(current)}</div>
        </div>
      )}
    </section>
  );
}

import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useId, useState } from 'react';
import type { ContextReply } from '../../../../../shared/api/context.ts';
import { useServices } from '../../../app/services.ts';
import { cx } from '../../../components/ui/cx.ts';
import { formatNumber } from '../../../lib/format.ts';
import { useLanguage, useStrings } from '../../../lib/strings/index.ts';

type Props = {
  conversationId: string;
  /** The newest message that is shown, whose end the next question would stand at; absent while it is on its way. */
  leaf: string | undefined;
  model: string | null;
};

/** From here on it is worth being seen. */
const NEARLY = 0.8;

/** A ring that fills as the model's window does; opened, it tells with what. */
export function ContextMeter({ conversationId, leaf, model }: Props) {
  const { context: words } = useStrings();
  const language = useLanguage();
  const { client } = useServices();
  const id = useId();
  const [open, setOpen] = useState(false);
  const { data } = useQuery({
    queryKey: ['context', conversationId, leaf, model],
    enabled: leaf !== undefined,
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) => {
      const query = new URLSearchParams({ ...(leaf && { message_id: leaf }), ...(model && { model }) });
      return client.get<ContextReply>(`/api/conversations/${conversationId}/context?${query}`, signal);
    },
  });
  if (!data) return null;
  const share = Math.min(1, data.used / data.limit);
  const number = (value: number): string => formatNumber(value, language);
  const percent = new Intl.NumberFormat(language, { style: 'percent' }).format(share);
  return (
    <span className="relative">
      <button
        type="button"
        aria-expanded={open}
        aria-controls={id}
        aria-label={words.meter(percent)}
        title={words.meter(percent)}
        onClick={() => setOpen(!open)}
        onBlur={() => setOpen(false)}
        onKeyDown={(event) => {
          if (event.key !== 'Escape' || !open) return;
          event.preventDefault();
          setOpen(false);
        }}
        className={cx(
          'grid size-9 place-items-center rounded-md hover:bg-well pointer-coarse:size-10',
          share >= NEARLY ? 'text-danger' : 'text-muted',
        )}
      >
        <svg width="18" height="18" viewBox="0 0 18 18" aria-hidden fill="none" strokeWidth="2.5">
          <circle cx="9" cy="9" r="7" className="stroke-line" />
          <circle
            cx="9"
            cy="9"
            r="7"
            stroke="currentColor"
            strokeLinecap="round"
            pathLength={100}
            strokeDasharray={`${Math.max(share * 100, 1)} 100`}
            transform="rotate(-90 9 9)"
          />
        </svg>
      </button>
      <span
        id={id}
        role="status"
        hidden={!open}
        className="absolute end-0 bottom-11 z-20 w-72 max-w-[80vw] space-y-2 rounded-md border border-line bg-sheet p-3 text-sm shadow-float"
      >
        <span className="block font-semibold">{words.meterText(number(data.used), number(data.limit))}</span>
        {data.parts.map(({ kind, tokens }) => (
          <span key={kind} className="flex justify-between gap-3 text-muted">
            <span>{words.parts[kind]}</span>
            <span className="tabular-nums">{number(tokens)}</span>
          </span>
        ))}
        <span className="block text-xs text-muted">
          {data.assumed && `${words.assumed} `}
          {words.full}
        </span>
      </span>
    </span>
  );
}

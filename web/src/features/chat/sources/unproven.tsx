import { TriangleAlert } from 'lucide-react';
import type { Message } from '../../../../../shared/api/chat.ts';
import { useStrings } from '../../../lib/strings/index.ts';
import { citationsOf } from '../citations.ts';

type Props = { message: Message; onOpen(index: number, from: HTMLElement): void };

/** What an answer puts in quotation marks though its source does not say so. */
export function Unproven({ message, onOpen }: Props) {
  const strings = useStrings();
  const missing = citationsOf(message).flatMap(({ number, quotes }) =>
    quotes.filter(({ found }) => !found).map(({ text }) => ({ number, text })),
  );
  return (
    <div role="note" className="mt-4 flex gap-3 rounded-md bg-danger-soft px-3.5 py-2.5 text-danger">
      <TriangleAlert size={18} aria-hidden className="mt-0.5 shrink-0" />
      <div className="min-w-0 space-y-1">
        <p className="font-semibold">{strings.sources.unproven(missing.length)}</p>
        <ul className="space-y-1">
          {missing.map(({ number, text }) => (
            <li key={`${number}-${text}`} className="break-words">
              <q>{text}</q>{' '}
              <button
                type="button"
                className="rounded-sm underline underline-offset-2"
                onClick={(event) => onOpen(number, event.currentTarget)}
              >
                {strings.sources.look(number)}
              </button>
            </li>
          ))}
        </ul>
      </div>
    </div>
  );
}

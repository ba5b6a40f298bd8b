import { CornerDownRight, Lightbulb } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import type { z } from 'zod';
import type { followUpsReply } from '../../../../../shared/api/context.ts';
import { useServices } from '../../../app/services.ts';
import { IconButton } from '../../../components/ui/icon-button.tsx';
import { refusalOf } from '../../../lib/problem.ts';
import { useStrings } from '../../../lib/strings/index.ts';
import { usePreferences } from '../../settings/use-preferences.ts';
import { describeRefusal } from '../../../lib/words.ts';

/** Answers for which questions were suggested unasked: once, and not again when they are drawn anew. */
const suggested = new Set<string>();

type Props = {
  messageId: string;
  /** It was written just now, so that who wants suggestions after each answer gets them. */
  fresh: boolean;
  onAsk(question: string): void;
};

/** Questions that may come next, by hand or (where the person wants that) after each answer: each time a short call. */
export function FollowUps({ messageId, fresh, onAsk }: Props) {
  const strings = useStrings();
  const { context: words } = strings;
  const { client, toasts } = useServices();
  const [busy, setBusy] = useState(false);
  const [items, setItems] = useState<string[] | null>(null);
  const { query } = usePreferences();
  const suggest = async (unasked = false): Promise<void> => {
    setBusy(true);
    try {
      const found = await client.post<z.infer<typeof followUpsReply>>(`/api/messages/${messageId}/follow-ups`);
      setItems(found.items);
      if (found.items.length === 0 && !unasked) toasts.show({ text: words.noFollowUps });
    } catch (error) {
      if (!unasked) toasts.show({ text: describeRefusal(refusalOf(error), strings), tone: 'danger' });
    }
    setBusy(false);
  };
  const run = useRef(suggest);
  useEffect(() => {
    run.current = suggest;
  });
  const wanted = fresh && query.data?.auto_follow_ups === true;
  useEffect(() => {
    if (!wanted || suggested.has(messageId)) return;
    suggested.add(messageId);
    void run.current(true);
  }, [wanted, messageId]);
  if (items === null || items.length === 0)
    return (
      <IconButton icon={Lightbulb} size={16} label={words.followUps} disabled={busy} onClick={() => void suggest()} />
    );
  return (
    <ul
      aria-label={words.followUpsList}
      className="ms-1.5 mt-2 flex w-full flex-col max-sm:order-last items-start gap-1.5"
    >
      {items.map((question) => (
        <li key={question} className="max-w-full">
          <button
            type="button"
            onClick={() => onAsk(question)}
            className="flex min-h-9 max-w-full items-center gap-2 rounded-md border border-line bg-sheet px-3 py-1.5 text-start text-sm hover:border-line-strong hover:bg-well"
          >
            <CornerDownRight size={15} aria-hidden className="shrink-0 text-accent" />
            <span className="min-w-0 break-words">{question}</span>
          </button>
        </li>
      ))}
    </ul>
  );
}

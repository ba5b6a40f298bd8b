import { CornerDownRight, Lightbulb } from 'lucide-react';
import { useState } from 'react';
import type { z } from 'zod';
import type { followUpsReply } from '../../../../../shared/api/context.ts';
import { useServices } from '../../../app/services.ts';
import { IconButton } from '../../../components/ui/icon-button.tsx';
import { refusalOf } from '../../../lib/problem.ts';
import { useStrings } from '../../../lib/strings/index.ts';
import { describeRefusal } from '../../../lib/words.ts';

/** Questions that may come next, asked for by hand: each costs a short call. */
export function FollowUps({ messageId, onAsk }: { messageId: string; onAsk(question: string): void }) {
  const strings = useStrings();
  const { context: words } = strings;
  const { client, toasts } = useServices();
  const [busy, setBusy] = useState(false);
  const [items, setItems] = useState<string[] | null>(null);
  const suggest = async (): Promise<void> => {
    setBusy(true);
    try {
      const found = await client.post<z.infer<typeof followUpsReply>>(`/api/messages/${messageId}/follow-ups`);
      setItems(found.items);
      if (found.items.length === 0) toasts.show({ text: words.noFollowUps });
    } catch (error) {
      toasts.show({ text: describeRefusal(refusalOf(error), strings), tone: 'danger' });
    }
    setBusy(false);
  };
  if (items === null || items.length === 0)
    return (
      <IconButton icon={Lightbulb} size={16} label={words.followUps} disabled={busy} onClick={() => void suggest()} />
    );
  return (
    <ul aria-label={words.followUpsList} className="ms-1.5 mt-2 flex w-full flex-col items-start gap-1.5">
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

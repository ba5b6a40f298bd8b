import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Clock, Pencil, TriangleAlert, X } from 'lucide-react';
import { useEffect, useRef } from 'react';
import type { QueuedMessage } from '../../../../../shared/api/chat.ts';
import { focusInput } from '../../../app/layout.ts';
import { useServices } from '../../../app/services.ts';
import { cx } from '../../../components/ui/cx.ts';
import { IconButton } from '../../../components/ui/icon-button.tsx';
import { refusalOf } from '../../../lib/problem.ts';
import { useStore } from '../../../lib/store.ts';
import { currentStrings, useStrings } from '../../../lib/strings/index.ts';
import { describeRefusal } from '../../../lib/words.ts';
import { keys } from '../cache.ts';
import { queueQuery } from '../queue.ts';

type Props = {
  conversationId: string;
  /** An answer is being written: what waits goes by itself. */
  busy: boolean;
  /** Takes a text back to where one writes. */
  onTakeBack(text: string): void;
};

/** What waits for the answer before it: to be read again, taken back into the composer, or thrown away. */
export function QueueList({ conversationId, busy, onTakeBack }: Props) {
  const strings = useStrings();
  const { client, updates, toasts } = useServices();
  const queries = useQueryClient();
  const connected = useStore(updates.connected);
  const { data: items = [] } = useQuery(queueQuery(client, conversationId, connected));
  const count = useRef(0);
  useEffect(() => {
    // Fewer than before: one has become a message.
    if (items.length < count.current) void queries.invalidateQueries({ queryKey: keys.messages(conversationId) });
    count.current = items.length;
  }, [items.length, queries, conversationId]);

  if (items.length === 0) return null;
  const again = (): Promise<void> => queries.invalidateQueries({ queryKey: keys.queue(conversationId) });
  const act = async (deed: Promise<unknown>): Promise<void> => {
    try {
      await deed;
    } catch (error) {
      toasts.show({ text: describeRefusal(refusalOf(error), currentStrings()), tone: 'danger' });
    }
    await again();
  };
  const remove = (item: QueuedMessage): Promise<void> => act(client.delete(`/api/queue/${item.id}`));
  const takeBack = (item: QueuedMessage): void => {
    onTakeBack(item.content);
    void remove(item).then(focusInput);
  };
  return (
    <section aria-label={strings.chat.queue.title} className="mb-2">
      <ul className="flex max-h-44 flex-col gap-1 overflow-y-auto">
        {items.map((item) => (
          <li
            key={item.id}
            className={cx(
              'flex items-center gap-2 rounded-md border border-dashed py-1 ps-3 pe-1 text-sm',
              item.error ? 'border-danger bg-danger-soft text-danger' : 'border-line-strong bg-sheet text-muted',
            )}
          >
            {item.error ? (
              <TriangleAlert size={15} aria-hidden className="shrink-0" />
            ) : (
              <Clock size={15} aria-hidden className="shrink-0" />
            )}
            <span className="min-w-0 flex-1">
              <span className={cx('block truncate', !item.error && 'text-ink')} title={item.content}>
                {item.content}
              </span>
              {item.error && <span className="block text-xs">{item.error.message}</span>}
            </span>
            <IconButton icon={Pencil} size={15} label={strings.chat.queue.edit} onClick={() => takeBack(item)} />
            <IconButton icon={X} size={15} label={strings.chat.queue.remove} onClick={() => void remove(item)} />
          </li>
        ))}
      </ul>
      <p className="mt-1 flex min-h-6 flex-wrap items-center gap-x-3 px-1 text-xs text-muted">
        {busy ? strings.chat.queue.text : strings.chat.queue.held}
        {!busy && (
          <button
            type="button"
            className="rounded-sm font-semibold text-ink underline underline-offset-4 hover:no-underline pointer-coarse:min-h-10"
            onClick={() => void act(client.post(`/api/conversations/${conversationId}/queue/resume`))}
          >
            {strings.chat.queue.resume}
          </button>
        )}
      </p>
    </section>
  );
}

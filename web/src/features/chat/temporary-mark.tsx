import { MessageCircleDashed } from 'lucide-react';
import { useServices } from '../../app/services.ts';
import { useStore } from '../../lib/store.ts';
import { useStrings } from '../../lib/strings/index.ts';

/** Says that nothing of this chat is kept, for as long as it is open. */
export function TemporaryMark({ slot }: { slot: string }) {
  const { temporary } = useStrings().chat;
  const { live } = useServices();
  const on = useStore(live.temporary.chats, (chats) => chats.has(slot));
  if (!on) return null;
  const end = (): void => {
    void live.stop(slot).catch(() => undefined);
    live.temporary.end(slot);
  };
  return (
    <div className="flex shrink-0 items-center gap-2.5 border-y border-dashed border-line-strong bg-well px-4 py-1.5 text-sm text-muted">
      <MessageCircleDashed size={16} aria-hidden className="shrink-0" />
      <p className="min-w-0 flex-1">
        <strong className="font-semibold text-ink">{temporary.title}</strong> {temporary.text}
      </p>
      <button
        type="button"
        onClick={end}
        className="shrink-0 rounded-sm px-1.5 py-0.5 font-semibold text-ink underline underline-offset-4 hover:no-underline pointer-coarse:min-h-10"
      >
        {temporary.end}
      </button>
    </div>
  );
}

import { MessageCircleDashed } from 'lucide-react';
import { useServices } from '../../../app/services.ts';
import { IconButton } from '../../../components/ui/icon-button.tsx';
import { useStore } from '../../../lib/store.ts';
import { useStrings } from '../../../lib/strings/index.ts';

/** Makes a new chat one of which nothing is kept, as long as nothing has been said in it. */
export function TemporaryButton({ slot }: { slot: string }) {
  const { temporary } = useStrings().chat;
  const { live } = useServices();
  const on = useStore(live.temporary.chats, (chats) => chats.has(slot));
  return (
    <IconButton
      icon={MessageCircleDashed}
      label={temporary.title}
      aria-pressed={on}
      className="aria-pressed:bg-accent-soft aria-pressed:text-accent"
      onClick={() => (on ? live.temporary.end(slot) : live.temporary.begin(slot))}
    />
  );
}

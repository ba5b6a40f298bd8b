import { Copy } from 'lucide-react';
import { useEffect, useRef } from 'react';
import type { NewInvite } from '../../../../shared/api/invites.ts';
import { useServices } from '../../app/services.ts';
import { Button } from '../../components/ui/button.tsx';
import { useStrings } from '../../lib/strings/index.ts';

/** The link of a new invite: shown this once. */
export function FreshInvite({ invite, onDone }: { invite: NewInvite; onDone(): void }) {
  const strings = useStrings();
  const words = strings.admin;
  const { toasts } = useServices();
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => box.current?.focus(), []);
  const copy = (): void =>
    void navigator.clipboard.writeText(invite.url).then(
      () => toasts.show({ text: strings.app.copied }),
      () => toasts.show({ text: strings.app.copyFailed, tone: 'danger' }),
    );
  return (
    <div
      ref={box}
      role="group"
      aria-label={words.inviteReady}
      tabIndex={-1}
      className="space-y-3 rounded-lg border border-accent bg-accent-soft p-5 outline-none"
    >
      <h2 className="text-lg">{words.inviteReady}</h2>
      <p>{words.inviteOnce}</p>
      <code className="block overflow-x-auto rounded-md border border-line bg-paper px-3 py-2 break-all">
        {invite.url}
      </code>
      <div className="flex flex-wrap gap-2">
        <Button tone="primary" onClick={copy}>
          <Copy size={16} aria-hidden />
          {words.copyLink}
        </Button>
        <Button onClick={onDone}>{words.done}</Button>
      </div>
    </div>
  );
}

import { useEffect, useRef } from 'react';
import type { NewApiKey } from '../../../../shared/api/api-keys.ts';
import { Button } from '../../components/ui/button.tsx';
import { useStrings } from '../../lib/strings/index.ts';
import { CopyButton } from '../chat/copy-button.tsx';

/** A key on the one occasion that it is shown. Takes the focus, so that it is read out. */
export function FreshApiKey({ made, onDone }: { made: NewApiKey; onDone(): void }) {
  const strings = useStrings();
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => box.current?.focus(), [made.key]);
  return (
    <div
      ref={box}
      tabIndex={-1}
      role="group"
      aria-label={strings.apiKeys.freshTitle(made.name)}
      className="space-y-2 rounded-md border border-accent bg-accent-soft p-4"
    >
      <p className="font-semibold">{strings.apiKeys.freshTitle(made.name)}</p>
      <p>{strings.apiKeys.freshText}</p>
      <div className="flex items-center gap-2 rounded-md border border-line bg-paper py-1 ps-3 pe-1">
        <code className="min-w-0 flex-1 font-mono text-sm break-all">{made.key}</code>
        <CopyButton text={made.key} label={strings.apiKeys.copy} />
      </div>
      <Button onClick={onDone}>{strings.apiKeys.kept}</Button>
    </div>
  );
}

import { KeyRound } from 'lucide-react';
import { useState } from 'react';
import type { ApiKey } from '../../../../shared/api/api-keys.ts';
import { Button } from '../../components/ui/button.tsx';
import { formatDate } from '../../lib/format.ts';
import { useLanguage, useStrings } from '../../lib/strings/index.ts';

type Props = {
  apiKey: ApiKey;
  /** When the list was fetched, in ms. */
  seenAt: number;
  onRotate(): Promise<void>;
  onRevoke(): Promise<void>;
};

/** One key: what it may do and when it was used. Ending it is asked twice, as programs stop with it. */
export function ApiKeyRow({ apiKey, seenAt, onRotate, onRevoke }: Props) {
  const { apiKeys: words, app } = useStrings();
  const language = useLanguage();
  const [asked, setAsked] = useState(false);
  const [busy, setBusy] = useState(false);
  const { name, prefix, scopes, expires_at: end, last_used_at: used, previous_expires_at: old } = apiKey;
  const isOver = end !== null && Date.parse(end) <= seenAt;
  const run = async (work: () => Promise<void>): Promise<void> => {
    setBusy(true);
    await work();
    setBusy(false);
    setAsked(false);
  };
  const facts = [
    used === null ? words.neverUsed : words.lastUsed(formatDate(used, language)),
    end === null ? words.noEnd : (isOver ? words.ended : words.ends)(formatDate(end, language)),
    ...(old === null ? [] : [words.oldLives(formatDate(old, language))]),
  ];
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-2 py-2.5">
      <KeyRound size={20} strokeWidth={1.5} aria-hidden className="shrink-0 text-accent" />
      <div className="min-w-0 flex-1 basis-56">
        <p className="break-words">
          {name} <code className="ms-1 font-mono text-sm text-muted">{prefix}…</code>
        </p>
        <p className="text-sm text-muted">{scopes.map((scope) => words.scopeNames[scope]).join(', ')}</p>
        <p className="text-sm text-muted">{facts.join(' · ')}</p>
      </div>
      <div className="flex flex-wrap gap-2">
        {asked ? (
          <>
            <Button tone="danger" busy={busy} autoFocus onClick={() => void run(onRevoke)}>
              {words.revokeSure}
            </Button>
            <Button onClick={() => setAsked(false)}>{app.cancel}</Button>
          </>
        ) : (
          <>
            {!isOver && (
              <Button busy={busy} aria-label={words.rotateLabel(name)} onClick={() => void run(onRotate)}>
                {words.rotate}
              </Button>
            )}
            <Button aria-label={words.revokeLabel(name)} onClick={() => setAsked(true)}>
              {words.revoke}
            </Button>
          </>
        )}
      </div>
    </li>
  );
}

import { KeyRound } from 'lucide-react';
import { Button, buttonClass } from '../../components/ui/button.tsx';
import type { Refusal } from '../../lib/problem.ts';
import { serverUrl } from '../../lib/server.ts';
import { useStrings } from '../../lib/strings/index.ts';
import type { SignInOptions } from './session.ts';
import { ThroughProxy } from './through-proxy.tsx';
import { usePasskey } from './use-passkey.ts';

type Props = {
  options: SignInOptions | undefined;
  remember?: boolean;
  returnTo?: string | undefined;
  invite?: string | undefined;
  /** Absent where there is nobody yet whose passkey it could be. */
  onRefused?(refusal: Refusal): void;
};

/** The ways in beside the password: a passkey, and whoever vouches for people. Nothing where there is none. */
export function OtherWays({ options, remember = false, returnTo, invite, onRefused }: Props) {
  const words = useStrings().waysIn;
  const { busy, show } = usePasskey((refusal) => onRefused?.(refusal));
  const hasPasskey = options?.passkey === true && onRefused !== undefined;
  const throughProxy = options?.trusted_header === true && onRefused !== undefined;
  if (!options || (!hasPasskey && !throughProxy && options.oauth.length === 0)) return null;
  const query = new URLSearchParams({
    ...(returnTo !== undefined && { return_to: returnTo }),
    ...(remember && { remember: 'true' }),
    ...(invite !== undefined && { invite }),
  }).toString();
  return (
    <div className="mt-5 space-y-2.5">
      <div className="flex items-center gap-3 text-sm text-muted">
        <span aria-hidden className="h-px flex-1 bg-line" />
        {words.or}
        <span aria-hidden className="h-px flex-1 bg-line" />
      </div>
      {hasPasskey && (
        <Button busy={busy} className="w-full" onClick={() => void show({ remember })}>
          <KeyRound size={17} aria-hidden />
          {words.withPasskey}
        </Button>
      )}
      {throughProxy && <ThroughProxy onRefused={onRefused} />}
      {options.oauth.map(({ id, name }) => (
        // Not a link of the page's router: it leads out of the page.
        <a
          key={id}
          className={buttonClass('plain', 'w-full')}
          href={serverUrl(`/oauth/${id}/login${query && `?${query}`}`)}
        >
          <span className="truncate">{words.withProvider(name)}</span>
        </a>
      ))}
    </div>
  );
}

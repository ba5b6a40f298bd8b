import { Check, X } from 'lucide-react';
import { useState } from 'react';
import type { ProviderTest, SignInProvider } from '../../../../../shared/api/sign-in-providers.ts';
import { useServices } from '../../../app/services.ts';
import { Button } from '../../../components/ui/button.tsx';
import { ProblemNotice } from '../../../components/ui/notice.tsx';
import { refusalOf } from '../../../lib/problem.ts';
import { useStrings } from '../../../lib/strings/index.ts';

type Props = { provider: SignInProvider; onEdit(): void; onRemove(): Promise<unknown> };
type Tried = { at: 'rest' | 'asking' } | { at: 'done'; test: ProviderTest } | { at: 'failed'; error: unknown };

/** One provider, and what came of testing it. Removing is asked twice, as it shuts people out. */
export function ProviderRow({ provider, onEdit, onRemove }: Props) {
  const strings = useStrings();
  const words = strings.waysIn.providers;
  const { client } = useServices();
  const [tried, setTried] = useState<Tried>({ at: 'rest' });
  const [asked, setAsked] = useState(false);
  const { id, name, issuer, enabled, source } = provider;
  async function test(): Promise<void> {
    setTried({ at: 'asking' });
    try {
      setTried({ at: 'done', test: await client.post<ProviderTest>(`/api/admin/sign-in-providers/${id}/test`) });
    } catch (error) {
      setTried({ at: 'failed', error });
    }
  }
  const facts = [issuer, !enabled && words.off, source === 'environment' && words.locked].filter(Boolean);
  return (
    <li className="space-y-3 py-3">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
        <div className="min-w-0 flex-1 basis-56">
          <p className="break-words">{name}</p>
          <p className="text-sm break-all text-muted">{facts.join(' · ')}</p>
        </div>
        <div className="flex flex-wrap gap-2">
          <Button aria-label={words.testLabel(name)} busy={tried.at === 'asking'} onClick={() => void test()}>
            {words.test}
          </Button>
          {source === 'stored' && (
            <>
              <Button aria-label={words.editLabel(name)} onClick={onEdit}>
                {words.edit}
              </Button>
              <Button aria-label={words.removeLabel(name)} onClick={() => setAsked(true)}>
                {words.remove}
              </Button>
            </>
          )}
        </div>
      </div>
      {asked && (
        <div className="space-y-2 rounded-md bg-well p-3">
          <p>{words.removeText}</p>
          <div className="flex flex-wrap gap-2">
            <Button tone="danger" autoFocus onClick={() => void onRemove().then(() => setAsked(false))}>
              {words.removeSure}
            </Button>
            <Button onClick={() => setAsked(false)}>{strings.app.cancel}</Button>
          </div>
        </div>
      )}
      <div role="status">
        {tried.at === 'asking' && <p className="text-muted">{words.testing}</p>}
        {tried.at === 'failed' && <ProblemNotice refusal={refusalOf(tried.error)} />}
        {tried.at === 'done' && <Steps test={tried.test} />}
      </div>
    </li>
  );
}

function Steps({ test }: { test: ProviderTest }) {
  const words = useStrings().waysIn.providers;
  return (
    <div className="rounded-md bg-well p-3">
      <p className="font-semibold">{test.ok ? words.works : words.fails}</p>
      <ul className="mt-1.5 space-y-1.5">
        {test.steps.map(({ step, ok, message }) => (
          <li key={step} className="flex gap-2">
            {ok ? (
              <Check size={18} role="img" aria-label={words.works} className="mt-0.5 shrink-0 text-good" />
            ) : (
              <X size={18} role="img" aria-label={words.fails} className="mt-0.5 shrink-0 text-danger" />
            )}
            <span className="min-w-0">
              <span className="block">{words.steps[step]}</span>
              <span className="block text-sm break-words text-muted">{message}</span>
            </span>
          </li>
        ))}
      </ul>
    </div>
  );
}

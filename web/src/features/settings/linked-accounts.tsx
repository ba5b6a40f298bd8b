import { useQuery } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import { Link2 } from 'lucide-react';
import { useState } from 'react';
import type { LinkedIdentity } from '../../../../shared/api/identities.ts';
import { useServices } from '../../app/services.ts';
import { Button } from '../../components/ui/button.tsx';
import { ProblemNotice } from '../../components/ui/notice.tsx';
import { formatDate } from '../../lib/format.ts';
import { refusalOf, type Refusal } from '../../lib/problem.ts';
import { useLanguage, useStrings } from '../../lib/strings/index.ts';
import { refusedThere } from '../auth/refused.ts';
import { optionsQuery } from '../auth/session.ts';
import { Section } from './section.tsx';

const queryKey = ['identities'];

/** The accounts elsewhere that sign in to this one. Nothing is shown where there are neither such accounts nor providers. */
export function LinkedAccounts() {
  const strings = useStrings();
  const words = strings.waysIn.linked;
  const { client, queries, toasts } = useServices();
  const search: { refused?: string } = useSearch({ strict: false });
  const [refusal, setRefusal] = useState<Refusal | null>(() => refusedThere(search.refused, strings));
  const { data: options } = useQuery(optionsQuery(client));
  const list = useQuery({ queryKey, queryFn: () => client.get<{ items: LinkedIdentity[] }>('/api/auth/identities') });
  const items = list.data?.items ?? [];
  const providers = options?.oauth ?? [];
  const free = providers.filter(({ id }) => !items.some(({ provider }) => provider === id));
  if (items.length === 0 && providers.length === 0 && !list.isError) return null;

  const nameOf = ({ provider, method }: LinkedIdentity): string =>
    method === 'oidc' ? (providers.find(({ id }) => id === provider)?.name ?? provider) : words[method];
  async function run(work: () => Promise<void>): Promise<void> {
    setRefusal(null);
    try {
      await work();
    } catch (error) {
      setRefusal(refusalOf(error));
    }
  }
  const unlink = (identity: LinkedIdentity): Promise<void> =>
    run(async () => {
      await client.delete(`/api/auth/identities/${identity.id}`);
      toasts.show({ text: words.unlinked(nameOf(identity)) });
      await queries.invalidateQueries({ queryKey });
    });
  const link = (provider: string): Promise<void> =>
    run(async () =>
      location.assign((await client.post<{ url: string }>('/api/auth/identities/link', { provider })).url),
    );

  return (
    <Section title={words.title} text={words.text}>
      <div className="space-y-4">
        {refusal && <ProblemNotice refusal={refusal} />}
        {list.isError && (
          <ProblemNotice refusal={refusalOf(list.error)} title={words.failed}>
            <Button onClick={() => void list.refetch()}>{strings.app.retry}</Button>
          </ProblemNotice>
        )}
        {list.isSuccess && items.length === 0 && <p className="text-muted">{words.none}</p>}
        {items.length > 0 && (
          <ul aria-label={words.title} className="divide-y divide-line">
            {items.map((identity) => (
              <Row key={identity.id} identity={identity} name={nameOf(identity)} onUnlink={() => unlink(identity)} />
            ))}
          </ul>
        )}
        {free.length > 0 && (
          <div className="flex flex-wrap gap-2">
            {free.map(({ id, name }) => (
              <Button key={id} onClick={() => void link(id)}>
                {words.link(name)}
              </Button>
            ))}
          </div>
        )}
      </div>
    </Section>
  );
}

type RowProps = { identity: LinkedIdentity; name: string; onUnlink(): Promise<void> };

function Row({ identity, name, onUnlink }: RowProps) {
  const strings = useStrings();
  const words = strings.waysIn.linked;
  const language = useLanguage();
  const [asked, setAsked] = useState(false);
  const facts = [identity.email, words.lastUsed(formatDate(identity.last_used_at, language))];
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-2 py-2.5">
      <Link2 size={20} strokeWidth={1.5} aria-hidden className="shrink-0 text-accent" />
      <div className="min-w-0 flex-1 basis-48">
        <p className="break-words">{name}</p>
        <p className="text-sm break-words text-muted">{facts.filter(Boolean).join(' · ')}</p>
      </div>
      {asked ? (
        <div className="flex flex-wrap gap-2">
          <Button
            tone="danger"
            autoFocus
            onClick={() => {
              setAsked(false);
              void onUnlink();
            }}
          >
            {words.unlinkSure}
          </Button>
          <Button onClick={() => setAsked(false)}>{strings.app.cancel}</Button>
        </div>
      ) : (
        <Button aria-label={words.unlinkLabel(name)} onClick={() => setAsked(true)}>
          {words.unlink}
        </Button>
      )}
    </li>
  );
}

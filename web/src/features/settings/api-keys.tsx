import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { z } from 'zod';
import type { ApiKey, apiKeys, NewApiKey } from '../../../../shared/api/api-keys.ts';
import { useServices } from '../../app/services.ts';
import { Button } from '../../components/ui/button.tsx';
import { ProblemNotice } from '../../components/ui/notice.tsx';
import { Skeleton } from '../../components/ui/skeleton.tsx';
import { refusalOf } from '../../lib/problem.ts';
import { useStrings } from '../../lib/strings/index.ts';
import { describeRefusal } from '../../lib/words.ts';
import { ApiKeysForm } from './api-keys-form.tsx';
import { FreshApiKey } from './api-keys-fresh.tsx';
import { ApiKeyRow } from './api-keys-row.tsx';
import { Section } from './section.tsx';

const queryKey = ['api-keys'];

/** The keys of one's programs: made and shown once, listed, rotated, ended. A key in full is in this state alone. */
export function ApiKeys() {
  const strings = useStrings();
  const words = strings.apiKeys;
  const { client, queries, toasts } = useServices();
  const [making, setMaking] = useState(false);
  const [fresh, setFresh] = useState<NewApiKey | null>(null);
  const list = useQuery({
    queryKey,
    queryFn: () => client.get<z.infer<typeof apiKeys>>('/api/auth/api-keys?limit=200'),
  });

  const show = (made: NewApiKey): void => {
    setMaking(false);
    setFresh(made);
    void queries.invalidateQueries({ queryKey });
  };
  const carefully = async (work: () => Promise<void>): Promise<void> => {
    try {
      await work();
    } catch (error) {
      toasts.show({ text: describeRefusal(refusalOf(error), strings), tone: 'danger' });
    }
    await queries.invalidateQueries({ queryKey });
  };
  const rotate = ({ id }: ApiKey): Promise<void> =>
    carefully(async () => show(await client.post<NewApiKey>(`/api/auth/api-keys/${id}/rotate`)));
  const revoke = ({ id }: ApiKey): Promise<void> =>
    carefully(async () => {
      await client.delete(`/api/auth/api-keys/${id}`);
      if (fresh?.id === id) setFresh(null);
      toasts.show({ text: words.revoked });
    });

  return (
    <Section title={words.title} text={words.text}>
      <div className="space-y-4">
        {list.isPending && <Skeleton lines={['w-2/3', 'w-1/2']} />}
        {list.isError && <ProblemNotice refusal={refusalOf(list.error)} title={words.failed} />}
        {fresh && <FreshApiKey made={fresh} onDone={() => setFresh(null)} />}
        {list.data && list.data.items.length > 0 && (
          <ul className="divide-y divide-line">
            {list.data.items.map((key) => (
              <ApiKeyRow
                key={key.id}
                apiKey={key}
                seenAt={list.dataUpdatedAt}
                onRotate={() => rotate(key)}
                onRevoke={() => revoke(key)}
              />
            ))}
          </ul>
        )}
        {making ? (
          <ApiKeysForm onMade={show} onCancel={() => setMaking(false)} />
        ) : (
          <Button onClick={() => setMaking(true)}>{words.new}</Button>
        )}
      </div>
    </Section>
  );
}

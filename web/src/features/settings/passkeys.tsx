import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Passkey } from '../../../../shared/api/passkeys.ts';
import { useServices } from '../../app/services.ts';
import { Button } from '../../components/ui/button.tsx';
import { ProblemNotice } from '../../components/ui/notice.tsx';
import { Skeleton } from '../../components/ui/skeleton.tsx';
import { refusalOf } from '../../lib/problem.ts';
import { useStrings } from '../../lib/strings/index.ts';
import { optionsQuery } from '../auth/session.ts';
import { AddPasskey } from './passkey-add.tsx';
import { PasskeyRow } from './passkey-row.tsx';
import { Section } from './section.tsx';

const queryKey = ['passkeys'];

export function Passkeys() {
  const strings = useStrings();
  const words = strings.waysIn.passkeys;
  const { client, queries } = useServices();
  const [adding, setAdding] = useState(false);
  const { data: options } = useQuery(optionsQuery(client));
  const list = useQuery({ queryKey, queryFn: () => client.get<{ items: Passkey[] }>('/api/auth/passkeys') });
  const look = (): Promise<void> => queries.invalidateQueries({ queryKey });
  const items = list.data?.items ?? [];
  return (
    <Section title={words.title} text={words.text}>
      <div className="space-y-4">
        {list.isPending && <Skeleton lines={['w-2/3', 'w-1/3']} />}
        {list.isError && (
          <ProblemNotice refusal={refusalOf(list.error)} title={words.failed}>
            <Button onClick={() => void list.refetch()}>{strings.app.retry}</Button>
          </ProblemNotice>
        )}
        {list.isSuccess && items.length === 0 && <p className="text-muted">{words.none}</p>}
        {items.length > 0 && (
          <ul aria-label={words.title} className="divide-y divide-line">
            {items.map((passkey) => (
              <PasskeyRow key={passkey.id} passkey={passkey} onChanged={look} />
            ))}
          </ul>
        )}
        {options?.passkey === false && <p className="text-muted">{words.impossible}</p>}
        {adding && (
          <AddPasskey
            onDone={() => {
              setAdding(false);
              void look();
            }}
            onCancel={() => setAdding(false)}
          />
        )}
        {!adding && options?.passkey && <Button onClick={() => setAdding(true)}>{words.add}</Button>}
      </div>
    </Section>
  );
}

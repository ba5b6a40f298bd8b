import { useQuery } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import { Plug } from 'lucide-react';
import { useState } from 'react';
import type { McpServer } from '../../../../shared/api/mcp.ts';
import { useServices } from '../../app/services.ts';
import { Button } from '../../components/ui/button.tsx';
import { ProblemNotice } from '../../components/ui/notice.tsx';
import { Skeleton } from '../../components/ui/skeleton.tsx';
import { refusalOf, type Refusal } from '../../lib/problem.ts';
import { useStrings } from '../../lib/strings/index.ts';
import { Section } from '../settings/section.tsx';
import { refusedHere } from './refused.ts';

const queryKey = ['mcp-servers'];

/** The servers of tools that a person signs in at by themselves. */
export function Connections() {
  const strings = useStrings();
  const words = strings.connections;
  const { client, queries, toasts } = useServices();
  const search: { connected?: string; tools_refused?: string } = useSearch({ strict: false });
  const [refusal, setRefusal] = useState<Refusal | null>(() => refusedHere(search.tools_refused, strings));
  const list = useQuery({ queryKey, queryFn: () => client.get<{ items: McpServer[] }>('/api/mcp-servers') });
  const items = (list.data?.items ?? []).filter(({ auth }) => auth === 'each');
  const fresh = items.find(({ slug, connected }) => slug === search.connected && connected);
  const run = async (work: () => Promise<void>): Promise<void> => {
    setRefusal(null);
    try {
      await work();
    } catch (error) {
      setRefusal(refusalOf(error));
    }
  };
  const connect = ({ id }: McpServer): Promise<void> =>
    run(async () => location.assign((await client.post<{ url: string }>(`/api/mcp-servers/${id}/connection`)).url));
  const disconnect = ({ id, name }: McpServer): Promise<void> =>
    run(async () => {
      await client.delete(`/api/mcp-servers/${id}/connection`);
      toasts.show({ text: words.disconnected(name) });
      await Promise.all([queryKey, ['tools']].map((one) => queries.invalidateQueries({ queryKey: one })));
    });
  return (
    <Section title={words.title} text={words.text}>
      <div className="space-y-4">
        {refusal && <ProblemNotice refusal={refusal} />}
        {fresh && (
          <p role="status" className="rounded-md bg-accent-soft px-3.5 py-2.5 text-accent">
            {words.done(fresh.name)}
          </p>
        )}
        {list.isPending && <Skeleton lines={['h-8! w-full', 'h-8! w-2/3']} />}
        {list.isError && (
          <ProblemNotice refusal={refusalOf(list.error)} title={words.failed}>
            <Button onClick={() => void list.refetch()}>{strings.app.retry}</Button>
          </ProblemNotice>
        )}
        {list.isSuccess && items.length === 0 && <p className="text-muted">{words.none}</p>}
        {items.length > 0 && (
          <ul aria-label={words.title} className="divide-y divide-line">
            {items.map((server) => (
              <li key={server.id} className="flex flex-wrap items-center gap-x-3 gap-y-2 py-2.5">
                <Plug size={20} strokeWidth={1.5} aria-hidden className="shrink-0 text-accent" />
                <div className="min-w-0 flex-1 basis-48">
                  <p className="break-words">{server.name}</p>
                  <p className="text-sm text-muted">{server.connected ? words.connected : words.notConnected}</p>
                </div>
                {server.connected ? (
                  <Button aria-label={words.disconnectFrom(server.name)} onClick={() => void disconnect(server)}>
                    {words.disconnect}
                  </Button>
                ) : (
                  <Button tone="primary" aria-label={words.connectTo(server.name)} onClick={() => void connect(server)}>
                    {words.connect}
                  </Button>
                )}
              </li>
            ))}
          </ul>
        )}
      </div>
    </Section>
  );
}

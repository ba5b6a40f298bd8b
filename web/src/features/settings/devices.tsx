import { useQuery } from '@tanstack/react-query';
import { MonitorSmartphone } from 'lucide-react';
import type { z } from 'zod';
import type { devices } from '../../../../shared/api/auth.ts';
import { useServices } from '../../app/services.ts';
import { Button } from '../../components/ui/button.tsx';
import { ProblemNotice } from '../../components/ui/notice.tsx';
import { Skeleton } from '../../components/ui/skeleton.tsx';
import { formatDate } from '../../lib/format.ts';
import { refusalOf } from '../../lib/problem.ts';
import { useLanguage, useStrings } from '../../lib/strings/index.ts';
import { describeRefusal } from '../../lib/words.ts';
import { deviceName } from './device-name.ts';
import { Section } from './section.tsx';

/** Where one is signed in, with the way to end it. */
export function Devices() {
  const strings = useStrings();
  const language = useLanguage();
  const { client, queries, toasts } = useServices();
  const list = useQuery({
    queryKey: ['devices'],
    queryFn: () => client.get<z.infer<typeof devices>>('/api/auth/sessions?limit=200'),
  });
  const revoke = async (id: string): Promise<void> => {
    try {
      await client.delete(`/api/auth/sessions/${id}`);
      toasts.show({ text: strings.settings.revoked });
    } catch (error) {
      toasts.show({ text: describeRefusal(refusalOf(error), strings), tone: 'danger' });
    }
    await queries.invalidateQueries({ queryKey: ['devices'] });
  };
  return (
    <Section title={strings.settings.sessions} text={strings.settings.sessionsText}>
      {list.isPending && <Skeleton lines={['w-2/3', 'w-1/2']} />}
      {list.isError && <ProblemNotice refusal={refusalOf(list.error)} title={strings.settings.sessionsFailed} />}
      <ul className="divide-y divide-line">
        {list.data?.items.map(({ id, user_agent: agent, ip, current, last_seen_at: seen }) => {
          const name = deviceName(agent) || strings.settings.unknownDevice;
          return (
            <li key={id} className="flex items-center gap-3 py-2.5">
              <MonitorSmartphone size={20} strokeWidth={1.5} aria-hidden className="shrink-0 text-accent" />
              <div className="min-w-0 flex-1">
                <p>
                  {name}
                  {current && (
                    <span className="ms-2 rounded-full bg-accent-soft px-2 py-0.5 text-xs text-accent">
                      {strings.settings.thisDevice}
                    </span>
                  )}
                </p>
                <p className="text-sm text-muted">
                  {ip} · {strings.settings.lastSeen(formatDate(seen, language))}
                </p>
              </div>
              {!current && (
                <Button aria-label={strings.settings.revokeLabel(name)} onClick={() => void revoke(id)}>
                  {strings.settings.revoke}
                </Button>
              )}
            </li>
          );
        })}
      </ul>
    </Section>
  );
}

import { useQuery } from '@tanstack/react-query';
import type { Directories } from '../../../../../shared/api/directories.ts';
import { useServices } from '../../../app/services.ts';
import { Button } from '../../../components/ui/button.tsx';
import { ProblemNotice } from '../../../components/ui/notice.tsx';
import { Skeleton } from '../../../components/ui/skeleton.tsx';
import { refusalOf } from '../../../lib/problem.ts';
import { useStrings } from '../../../lib/strings/index.ts';
import { Section } from '../../settings/section.tsx';
import { Facts } from './facts.tsx';
import { LdapCard } from './ldap-card.tsx';
import { ScimCard } from './scim-card.tsx';

/** Where people come from who have their account elsewhere. */
export function DirectoriesPage() {
  const strings = useStrings();
  const words = strings.directories;
  const { client } = useServices();
  const query = useQuery({
    queryKey: ['admin', 'directories'],
    queryFn: ({ signal }) => client.get<Directories>('/api/admin/directories', signal),
  });
  if (query.isError)
    return (
      <ProblemNotice refusal={refusalOf(query.error)} title={words.failed}>
        <Button onClick={() => void query.refetch()}>{strings.app.retry}</Button>
      </ProblemNotice>
    );
  if (!query.data) return <Skeleton lines={['h-40! w-full', 'h-40! w-full', 'h-40! w-full']} />;
  return (
    <div className="space-y-5">
      <p className="text-muted">{words.text}</p>
      <ScimCard />
      <LdapCard ldap={query.data.ldap} />
      <ProxyCard proxy={query.data.trusted_header} />
    </div>
  );
}

function ProxyCard({ proxy }: { proxy: Directories['trusted_header'] }) {
  const words = useStrings().directories;
  if (!proxy)
    return (
      <Section title={words.proxy}>
        <p className="text-muted">{words.proxyOff}</p>
      </Section>
    );
  const { trusted, value } = proxy.now;
  return (
    <Section title={words.proxy} text={words.proxyText}>
      <Facts
        rows={[
          [words.header, <code key="header">{proxy.header}</code>],
          [words.proxies, proxy.proxies.join(', ')],
          [words.newcomers, proxy.signup ? words.welcome : words.bySignup],
          [words.adminsFrom, proxy.admin_groups.join(', ') || words.adminsNobody],
          [words.signOut, proxy.sign_out_url ?? words.signOutNone],
          [words.now, value !== null ? words.nowNamed(value) : trusted ? words.nowSilent : words.nowPast],
        ]}
      />
    </Section>
  );
}

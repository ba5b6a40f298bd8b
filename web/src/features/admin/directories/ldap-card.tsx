import { useState } from 'react';
import type { Directories, LdapServerTest, LdapTest } from '../../../../../shared/api/directories.ts';
import { useServices } from '../../../app/services.ts';
import { Button } from '../../../components/ui/button.tsx';
import { Field } from '../../../components/ui/field.tsx';
import { ProblemNotice } from '../../../components/ui/notice.tsx';
import { textFields } from '../../../lib/form.ts';
import { fieldMessages } from '../../../lib/problem.ts';
import { useStrings } from '../../../lib/strings/index.ts';
import { Section } from '../../settings/section.tsx';
import { useSave } from '../../settings/use-save.ts';
import { Badge } from '../badge.tsx';
import { Facts } from './facts.tsx';

export function LdapCard({ ldap }: { ldap: Directories['ldap'] }) {
  const words = useStrings().directories;
  if (!ldap)
    return (
      <Section title={words.ldap}>
        <p className="text-muted">{words.ldapOff}</p>
      </Section>
    );
  return (
    <Section title={words.ldap} text={words.ldapText}>
      <div className="space-y-5">
        <Facts
          rows={[
            [words.servers, ldap.servers.join(', ')],
            [words.encryption, ldap.encrypted ? words.encrypted : <strong key="plain">{words.plain}</strong>],
            [words.base, <code key="base">{ldap.search_base}</code>],
            [words.newcomers, ldap.signup ? words.welcome : words.bySignup],
            [words.adminsFrom, ldap.admin_groups.join(', ') || words.adminsNobody],
          ]}
        />
        <ConnectionTest />
      </div>
    </Section>
  );
}

/** Tries each server, and says in words what fails. */
function ConnectionTest() {
  const words = useStrings().directories;
  const { client } = useServices();
  const [result, setResult] = useState<LdapTest | null>(null);
  const { busy, refusal, submit } = useSave(async (form) => {
    const username = (textFields(form)['username'] ?? '').trim();
    setResult(await client.post<LdapTest>('/api/admin/ldap/test', username === '' ? {} : { username }));
  });
  return (
    <form
      className="space-y-3"
      onSubmit={(event) => {
        event.preventDefault();
        void submit(event.currentTarget);
      }}
    >
      {refusal && <ProblemNotice refusal={refusal} />}
      <Field
        label={words.testUser}
        name="username"
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        maxLength={254}
        hint={words.testHint}
        error={fieldMessages(refusal)['username']}
      />
      <Button type="submit" busy={busy}>
        {words.test}
      </Button>
      <div aria-live="polite" className="space-y-3">
        {result?.servers.map((server) => (
          <ServerResult key={server.server} {...server} />
        ))}
      </div>
    </form>
  );
}

function ServerResult({ server, ok, message, person }: LdapServerTest) {
  const words = useStrings().directories;
  return (
    <div className="space-y-2 rounded-md border border-line bg-paper px-4 py-3">
      <p className="flex flex-wrap items-center gap-2">
        <Badge tone={ok ? 'accent' : 'danger'}>{ok ? words.works : words.fails}</Badge>
        <code className="break-all">{server}</code>
      </p>
      <p>{message}</p>
      {person && (
        <Facts
          rows={[
            ['DN', <code key="dn">{person.dn}</code>],
            [words.address, person.mail ?? words.none],
            [words.groupsThere, person.groups.join(', ') || words.none],
          ]}
        />
      )}
    </div>
  );
}

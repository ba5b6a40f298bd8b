import { Plus } from 'lucide-react';
import { useState } from 'react';
import type { SignInProvider } from '../../../../../shared/api/sign-in-providers.ts';
import { useServices } from '../../../app/services.ts';
import { Button } from '../../../components/ui/button.tsx';
import { Modal } from '../../../components/ui/modal.tsx';
import { ProblemNotice } from '../../../components/ui/notice.tsx';
import { Skeleton } from '../../../components/ui/skeleton.tsx';
import { refusalOf } from '../../../lib/problem.ts';
import { useStrings } from '../../../lib/strings/index.ts';
import { Section } from '../../settings/section.tsx';
import { useAct } from '../use-act.ts';
import { useProviders } from './use-providers.ts';
import { ProviderForm } from './provider-form.tsx';
import { ProviderRow } from './provider-row.tsx';

/** Who may vouch for people: listed, tested, added, changed and removed. */
export function Providers() {
  const strings = useStrings();
  const words = strings.waysIn.providers;
  const { client } = useServices();
  const act = useAct();
  const [edited, setEdited] = useState<SignInProvider | 'new' | null>(null);
  const list = useProviders();
  const items = list.data?.items ?? [];
  return (
    <Section title={words.title} text={words.text}>
      <div className="space-y-4">
        {list.isPending && <Skeleton lines={['w-2/3', 'w-1/2']} />}
        {list.isError && (
          <ProblemNotice refusal={refusalOf(list.error)} title={strings.admin.listFailed}>
            <Button onClick={() => void list.refetch()}>{strings.app.retry}</Button>
          </ProblemNotice>
        )}
        {list.isSuccess && items.length === 0 && <p className="text-muted">{words.none}</p>}
        {items.length > 0 && (
          <ul aria-label={words.title} className="divide-y divide-line">
            {items.map((provider) => (
              <ProviderRow
                key={provider.id}
                provider={provider}
                onEdit={() => setEdited(provider)}
                onRemove={() =>
                  act(() => client.delete(`/api/admin/sign-in-providers/${provider.id}`), words.removed(provider.name))
                }
              />
            ))}
          </ul>
        )}
        <Button onClick={() => setEdited('new')}>
          <Plus size={16} aria-hidden />
          {words.add}
        </Button>
      </div>
      <Modal
        open={edited !== null}
        onClose={() => setEdited(null)}
        title={edited === 'new' || edited === null ? words.add : words.editLabel(edited.name)}
      >
        {edited && <ProviderForm provider={edited === 'new' ? null : edited} onDone={() => setEdited(null)} />}
      </Modal>
    </Section>
  );
}

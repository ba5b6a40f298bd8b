import { useQuery } from '@tanstack/react-query';
import type { PermissionSet } from '../../../../shared/api/permissions.ts';
import { useServices } from '../../app/services.ts';
import { Button } from '../../components/ui/button.tsx';
import { ProblemNotice } from '../../components/ui/notice.tsx';
import { Skeleton } from '../../components/ui/skeleton.tsx';
import { refusalOf } from '../../lib/problem.ts';
import { useStrings } from '../../lib/strings/index.ts';
import { useSave } from '../settings/use-save.ts';
import { PermissionBoxes, permissionsIn } from './permission-boxes.tsx';

/** What every member may do. What a group adds stands with the group. */
export function PermissionsPage() {
  const strings = useStrings();
  const words = strings.governance;
  const { client, queries, toasts } = useServices();
  const path = '/api/admin/permissions';
  const defaults = useQuery({
    queryKey: ['admin', path],
    staleTime: 0,
    gcTime: 0,
    queryFn: ({ signal }) => client.get<PermissionSet>(path, signal),
  });
  const { busy, refusal, submit } = useSave(async (form) => {
    await client.open('PUT', path, { body: permissionsIn(form) });
    await queries.invalidateQueries({ queryKey: ['admin'] });
    toasts.show({ text: strings.settings.saved });
  });
  if (defaults.isError) return <ProblemNotice refusal={refusalOf(defaults.error)} />;
  if (!defaults.data) return <Skeleton lines={['w-1/2', 'w-2/3', 'w-1/2']} />;
  return (
    <form
      className="space-y-4"
      onSubmit={(event) => {
        event.preventDefault();
        void submit(event.currentTarget);
      }}
    >
      {refusal && <ProblemNotice refusal={refusal} />}
      <div className="rounded-lg border border-line bg-sheet p-5">
        <PermissionBoxes legend={words.permissions} hint={words.permissionsText} initial={defaults.data} />
      </div>
      <Button type="submit" tone="primary" busy={busy}>
        {strings.app.save}
      </Button>
    </form>
  );
}

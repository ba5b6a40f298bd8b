import type { Group } from '../../../../shared/api/groups.ts';
import { useServices } from '../../app/services.ts';
import { Button } from '../../components/ui/button.tsx';
import { Field } from '../../components/ui/field.tsx';
import { ProblemNotice } from '../../components/ui/notice.tsx';
import { textFields } from '../../lib/form.ts';
import { fieldMessages } from '../../lib/problem.ts';
import { useStrings } from '../../lib/strings/index.ts';
import { useSave } from '../settings/use-save.ts';
import { PermissionBoxes, permissionsIn } from './permission-boxes.tsx';

/** A new group, or the name and description of one that is there. */
export function GroupForm({ group, onDone }: { group: Group | null; onDone(): void }) {
  const strings = useStrings();
  const words = strings.admin;
  const { client, queries } = useServices();
  const { busy, refusal, submit } = useSave(async (form) => {
    const { name = '', description = '' } = textFields(form);
    const body = { name: name.trim(), description: description.trim(), permissions: permissionsIn(form) };
    if (group) await client.patch(`/api/admin/groups/${group.id}`, body);
    else await client.post('/api/admin/groups', body);
    await queries.invalidateQueries({ queryKey: ['admin'] });
    onDone();
  });
  const messages = fieldMessages(refusal);
  return (
    <form
      className="space-y-4 overflow-y-auto p-5"
      onSubmit={(event) => {
        event.preventDefault();
        void submit(event.currentTarget);
      }}
    >
      {refusal && <ProblemNotice refusal={refusal} />}
      <Field
        label={strings.auth.name}
        name="name"
        required
        maxLength={100}
        autoComplete="off"
        defaultValue={group?.name}
        error={messages['name']}
      />
      <Field
        label={words.description}
        aside={strings.auth.optional}
        name="description"
        maxLength={400}
        autoComplete="off"
        defaultValue={group?.description}
        error={messages['description']}
      />
      <PermissionBoxes
        legend={strings.governance.groupPermissions}
        hint={strings.governance.groupPermissionsHint}
        initial={group?.permissions ?? {}}
      />
      <Button type="submit" tone="primary" busy={busy}>
        {strings.app.save}
      </Button>
    </form>
  );
}

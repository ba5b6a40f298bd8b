import { useState } from 'react';
import type { Group } from '../../../../shared/api/groups.ts';
import { useServices } from '../../app/services.ts';
import { Button } from '../../components/ui/button.tsx';
import { DialogActions } from '../../components/ui/dialog-actions.tsx';
import { Field } from '../../components/ui/field.tsx';
import { ProblemNotice } from '../../components/ui/notice.tsx';
import { textFields } from '../../lib/form.ts';
import { fieldMessages } from '../../lib/problem.ts';
import { useStrings } from '../../lib/strings/index.ts';
import { useSave } from '../settings/use-save.ts';
import { GroupModelChoice, groupModelPath } from './group-model.tsx';
import { PermissionBoxes, permissionsIn } from './permission-boxes.tsx';

/** A new group, or what one that is there is called, may do, and is answered by. */
export function GroupForm({ group, onDone }: { group: Group | null; onDone(): void }) {
  const strings = useStrings();
  const words = strings.admin;
  const { client, queries } = useServices();
  const [made, setMade] = useState(group);
  const [model, setModel] = useState<string | null>();
  const { busy, refusal, submit } = useSave(async (form) => {
    const { name = '', description = '' } = textFields(form);
    const body = { name: name.trim(), description: description.trim(), permissions: permissionsIn(form) };
    const saved = made
      ? await client.patch<Group>(`/api/admin/groups/${made.id}`, body)
      : await client.post<Group>('/api/admin/groups', body);
    // Where the model is refused, the group is there all the same, and is changed by the next attempt.
    setMade(saved);
    if (model !== undefined) await client.open('PUT', groupModelPath(saved.id), { body: { default_model: model } });
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
      <GroupModelChoice groupId={group?.id ?? null} chosen={model} onChoose={setModel} />
      <PermissionBoxes
        legend={strings.governance.groupPermissions}
        hint={strings.governance.groupPermissionsHint}
        initial={group?.permissions ?? {}}
      />
      <DialogActions>
        <Button type="submit" tone="primary" busy={busy}>
          {strings.app.save}
        </Button>
      </DialogActions>
    </form>
  );
}

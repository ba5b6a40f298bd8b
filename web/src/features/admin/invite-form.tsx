import type { Group } from '../../../../shared/api/groups.ts';
import type { NewInvite } from '../../../../shared/api/invites.ts';
import { useServices } from '../../app/services.ts';
import { Button } from '../../components/ui/button.tsx';
import { Field } from '../../components/ui/field.tsx';
import { ProblemNotice } from '../../components/ui/notice.tsx';
import { textFields } from '../../lib/form.ts';
import { fieldMessages } from '../../lib/problem.ts';
import { useStrings } from '../../lib/strings/index.ts';
import { useSave } from '../settings/use-save.ts';
import { Select } from './select.tsx';
import { useList } from './use-list.ts';

const lives = ['1', '7', '30', '365'] as const;

/** Whom an invite is for, how often and how long it can be used. */
export function InviteForm({ onMade }: { onMade(invite: NewInvite): void }) {
  const strings = useStrings();
  const words = strings.admin;
  const { client, queries } = useServices();
  const groups = useList<Group>('/api/admin/groups').items;
  const { busy, refusal, submit } = useSave(async (form) => {
    const { email = '', max_uses = '1', days = '7', role = 'user' } = textFields(form);
    const invite = await client.post<NewInvite>('/api/admin/invites', {
      max_uses: Number(max_uses),
      expires_in_days: days === '' ? null : Number(days),
      role,
      group_ids: new FormData(form).getAll('group'),
      ...(email.trim() !== '' && { email: email.trim() }),
    });
    onMade(invite);
    await queries.invalidateQueries({ queryKey: ['admin'] });
  });
  const messages = fieldMessages(refusal);
  return (
    <form
      className="space-y-4 rounded-lg border border-line bg-sheet p-5"
      onSubmit={(event) => {
        event.preventDefault();
        void submit(event.currentTarget);
      }}
    >
      <p className="text-muted">{words.inviteText}</p>
      {refusal && <ProblemNotice refusal={refusal} />}
      <div className="grid gap-4 sm:grid-cols-2">
        <Field
          label={strings.auth.email}
          aside={strings.auth.optional}
          name="email"
          type="email"
          autoComplete="off"
          hint={words.inviteEmailHint}
          error={messages['email']}
        />
        <Field
          label={words.maxUses}
          name="max_uses"
          type="number"
          min={1}
          max={10_000}
          defaultValue={1}
          required
          error={messages['max_uses']}
        />
        <Select
          label={words.expires}
          name="days"
          defaultValue="7"
          options={[...lives.map((days) => [days, words.days(Number(days))] as const), ['', words.noEnd]]}
        />
        <Select
          label={words.role}
          name="role"
          options={[
            ['user', words.roles.user],
            ['admin', words.roles.admin],
          ]}
        />
      </div>
      {groups.length > 0 && (
        <fieldset>
          <legend className="mb-1 text-sm font-semibold">{words.inviteGroups}</legend>
          <div className="flex flex-wrap gap-x-5">
            {groups.map(({ id, name }) => (
              <label key={id} className="flex min-h-9 cursor-pointer items-center gap-2.5">
                <input type="checkbox" name="group" value={id} className="size-4 accent-accent" />
                {name}
              </label>
            ))}
          </div>
        </fieldset>
      )}
      <Button type="submit" tone="primary" busy={busy}>
        {words.makeInvite}
      </Button>
    </form>
  );
}

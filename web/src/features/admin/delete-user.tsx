import { useState } from 'react';
import type { User } from '../../../../shared/api/auth.ts';
import { useServices } from '../../app/services.ts';
import { Button } from '../../components/ui/button.tsx';
import { Field } from '../../components/ui/field.tsx';
import { useStrings } from '../../lib/strings/index.ts';
import { useAct } from './use-act.ts';

/** Says what will be gone, and wants the e-mail typed: nobody deletes a person by a slip. */
export function DeleteUser({ user, onDone }: { user: User; onDone(): void }) {
  const strings = useStrings();
  const words = strings.admin;
  const { client } = useServices();
  const act = useAct();
  const [typed, setTyped] = useState('');
  const [busy, setBusy] = useState(false);
  const sure = typed.trim().toLowerCase() === user.email;
  const remove = async (): Promise<void> => {
    setBusy(true);
    await act(() => client.delete(`/api/admin/users/${user.id}`), words.deleted(user.name));
    onDone();
  };
  return (
    <form
      className="space-y-4 p-5"
      onSubmit={(event) => {
        event.preventDefault();
        if (sure && !busy) void remove();
      }}
    >
      <p>{words.deleteText(user.name)}</p>
      <Field
        label={words.typeToDelete(user.email)}
        value={typed}
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        onChange={(event) => setTyped(event.target.value)}
      />
      <div className="flex justify-end gap-2">
        <Button onClick={onDone}>{strings.app.cancel}</Button>
        <Button type="submit" tone="danger" busy={busy} disabled={!sure}>
          {words.deleteForEver}
        </Button>
      </div>
    </form>
  );
}

import { useState } from 'react';
import { useServices } from '../../app/services.ts';
import { Button } from '../../components/ui/button.tsx';
import { Field } from '../../components/ui/field.tsx';
import { Modal } from '../../components/ui/modal.tsx';
import { ProblemNotice } from '../../components/ui/notice.tsx';
import { textFields } from '../../lib/form.ts';
import { fieldMessages } from '../../lib/problem.ts';
import { forgetPerson } from '../../lib/forget.ts';
import { pageUrl } from '../../lib/server.ts';
import { useStrings } from '../../lib/strings/index.ts';
import { Section } from './section.tsx';
import { useSave } from './use-save.ts';

export function DeleteAccount() {
  const words = useStrings().account;
  const [asking, setAsking] = useState(false);
  return (
    <Section title={words.title} text={words.text}>
      <Button tone="danger" onClick={() => setAsking(true)}>
        {words.begin}
      </Button>
      <Modal open={asking} onClose={() => setAsking(false)} title={words.title}>
        <Proof onCancel={() => setAsking(false)} />
      </Modal>
    </Section>
  );
}

/** The password once more: nobody deletes an account by a slip, or on a device that was left open. */
function Proof({ onCancel }: { onCancel(): void }) {
  const strings = useStrings();
  const { client } = useServices();
  const { busy, refusal, submit } = useSave(async (form) => {
    await client.open('DELETE', '/api/users/me', { body: { password: textFields(form).password } });
    // A fresh page holds nothing in memory of what was there.
    await forgetPerson();
    location.assign(pageUrl('/sign-in'));
  });
  return (
    <form
      className="space-y-4 overflow-y-auto p-5"
      onSubmit={(event) => {
        event.preventDefault();
        void submit(event.currentTarget);
      }}
    >
      <p>{strings.account.text}</p>
      {refusal && <ProblemNotice refusal={refusal} />}
      <Field
        label={strings.settings.currentPassword}
        name="password"
        type="password"
        autoComplete="current-password"
        required
        error={fieldMessages(refusal).password}
      />
      <div className="flex flex-wrap justify-end gap-2">
        <Button onClick={onCancel}>{strings.app.cancel}</Button>
        <Button type="submit" tone="danger" busy={busy}>
          {strings.account.forEver}
        </Button>
      </div>
    </form>
  );
}

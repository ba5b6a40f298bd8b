import { useState } from 'react';
import { useServices } from '../../app/services.ts';
import { Button } from '../../components/ui/button.tsx';
import { Field } from '../../components/ui/field.tsx';
import { ProblemNotice } from '../../components/ui/notice.tsx';
import { textFields } from '../../lib/form.ts';
import { ApiError, ownWords } from '../../lib/problem.ts';
import { useStrings } from '../../lib/strings/index.ts';
import { makePasskey, PasskeyCancelled } from '../auth/passkey.ts';
import { ProofForm } from './security-proof.tsx';
import { needsProof } from './needs-proof.ts';
import { useSave } from './use-save.ts';

/** A name, who one is once more where that can be asked, and then the browser's own question. */
export function AddPasskey({ onDone, onCancel }: { onDone(): void; onCancel(): void }) {
  const strings = useStrings();
  const words = strings.waysIn.passkeys;
  const { client, toasts } = useServices();
  const [named, setNamed] = useState<string | null>(null);

  async function make(name: string, proof: object): Promise<void> {
    try {
      await makePasskey(client, name, proof);
    } catch (error) {
      throw error instanceof PasskeyCancelled ? new ApiError(ownWords(strings.waysIn.notMade)) : error;
    }
    toasts.show({ text: words.added(name) });
    onDone();
  }

  const { busy, refusal, submit } = useSave(async (form) => {
    const name = (textFields(form).name ?? '').trim();
    try {
      await make(name, {});
    } catch (error) {
      if (!needsProof(error)) throw error;
      setNamed(name);
    }
  });

  if (named !== null)
    return <ProofForm submitLabel={words.create} onCancel={onCancel} onProof={(proof) => make(named, proof)} />;
  return (
    <form
      className="space-y-4"
      onSubmit={(event) => {
        event.preventDefault();
        void submit(event.currentTarget);
      }}
    >
      {refusal && <ProblemNotice refusal={refusal} />}
      <Field
        label={words.name}
        name="name"
        hint={words.nameHint}
        defaultValue={words.suggestion}
        required
        maxLength={100}
        autoFocus
        autoComplete="off"
      />
      <div className="flex gap-2">
        <Button type="submit" tone="primary" busy={busy}>
          {words.create}
        </Button>
        <Button tone="quiet" onClick={onCancel}>
          {strings.app.cancel}
        </Button>
      </div>
    </form>
  );
}

import { KeyRound } from 'lucide-react';
import { useState } from 'react';
import type { Passkey } from '../../../../shared/api/passkeys.ts';
import { useServices } from '../../app/services.ts';
import { Button } from '../../components/ui/button.tsx';
import { Field } from '../../components/ui/field.tsx';
import { ProblemNotice } from '../../components/ui/notice.tsx';
import { textFields } from '../../lib/form.ts';
import { formatDate } from '../../lib/format.ts';
import { useLanguage, useStrings } from '../../lib/strings/index.ts';
import { needsProof } from './needs-proof.ts';
import { ProofForm } from './security-proof.tsx';
import { useSave } from './use-save.ts';

type Props = { passkey: Passkey; onChanged(): Promise<void> };

/** One passkey: where it is, when it was used; renamed and removed in its place. */
export function PasskeyRow({ passkey: { id, name, synced, last_used_at: used }, onChanged }: Props) {
  const strings = useStrings();
  const words = strings.waysIn.passkeys;
  const language = useLanguage();
  const { client, toasts } = useServices();
  const [step, setStep] = useState<'rest' | 'rename' | 'proof'>('rest');
  const path = `/api/auth/passkeys/${id}`;

  const rename = useSave(async (form) => {
    await client.patch(path, { name: (textFields(form).name ?? '').trim() });
    await onChanged();
    setStep('rest');
  });
  async function remove(proof: object): Promise<void> {
    await client.open('DELETE', path, { body: proof });
    toasts.show({ text: words.removed(name) });
    await onChanged();
  }
  const tryRemoval = useSave(async () => {
    try {
      await remove({});
    } catch (error) {
      if (!needsProof(error)) throw error;
      setStep('proof');
    }
  });

  const facts = [
    synced ? words.synced : words.bound,
    used === null ? words.neverUsed : words.lastUsed(formatDate(used, language)),
  ];
  return (
    <li className="space-y-3 py-2.5">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
        <KeyRound size={20} strokeWidth={1.5} aria-hidden className="shrink-0 text-accent" />
        <div className="min-w-0 flex-1 basis-48">
          <p className="break-words">{name}</p>
          <p className="text-sm text-muted">{facts.join(' · ')}</p>
        </div>
        {step === 'rest' && (
          <form
            className="flex flex-wrap gap-2"
            onSubmit={(event) => {
              event.preventDefault();
              void tryRemoval.submit(event.currentTarget);
            }}
          >
            <Button aria-label={words.renameLabel(name)} onClick={() => setStep('rename')}>
              {words.rename}
            </Button>
            <Button type="submit" busy={tryRemoval.busy} aria-label={words.removeLabel(name)}>
              {words.remove}
            </Button>
          </form>
        )}
      </div>
      {step === 'rest' && tryRemoval.refusal && <ProblemNotice refusal={tryRemoval.refusal} />}
      {step === 'proof' && (
        <ProofForm submitLabel={words.remove} danger onCancel={() => setStep('rest')} onProof={remove} />
      )}
      {step === 'rename' && (
        <form
          className="space-y-3"
          onSubmit={(event) => {
            event.preventDefault();
            void rename.submit(event.currentTarget);
          }}
        >
          {rename.refusal && <ProblemNotice refusal={rename.refusal} />}
          <Field label={words.name} name="name" defaultValue={name} required maxLength={100} autoFocus />
          <div className="flex gap-2">
            <Button type="submit" tone="primary" busy={rename.busy}>
              {strings.app.save}
            </Button>
            <Button tone="quiet" onClick={() => setStep('rest')}>
              {strings.app.cancel}
            </Button>
          </div>
        </form>
      )}
    </li>
  );
}

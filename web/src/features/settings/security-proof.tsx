import { Button } from '../../components/ui/button.tsx';
import { Field } from '../../components/ui/field.tsx';
import { ProblemNotice } from '../../components/ui/notice.tsx';
import { textFields } from '../../lib/form.ts';
import { useStrings } from '../../lib/strings/index.ts';
import { useSave } from './use-save.ts';

type Proof = { password: string } | { code: string };

/** Six digits are a code: no password is that short. */
function proofOf(typed: string): Proof {
  const digits = typed.replaceAll(/\s/g, '');
  return /^\d{6}$/.test(digits) ? { code: digits } : { password: typed };
}

type Props = { submitLabel: string; danger?: boolean; onProof(proof: Proof): Promise<void>; onCancel(): void };

/** Asks again who is there, before a change of the second factor. */
export function ProofForm({ submitLabel, danger = false, onProof, onCancel }: Props) {
  const strings = useStrings();
  const { busy, refusal, submit } = useSave((form) => onProof(proofOf(textFields(form).proof ?? '')));
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
        label={strings.secondFactor.proof}
        name="proof"
        type="password"
        autoComplete="current-password"
        autoFocus
        required
      />
      <div className="flex gap-2">
        <Button type="submit" tone={danger ? 'danger' : 'primary'} busy={busy}>
          {submitLabel}
        </Button>
        <Button tone="quiet" onClick={onCancel}>
          {strings.app.cancel}
        </Button>
      </div>
    </form>
  );
}

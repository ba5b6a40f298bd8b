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
export function ProofForm({ onProof, ...props }: Props) {
  const label = useStrings().secondFactor.proof;
  return (
    <AskForm
      {...props}
      label={label}
      type="password"
      autoComplete="current-password"
      onTyped={(typed) => onProof(proofOf(typed))}
    />
  );
}

type CodeProps = { onCode(code: string): Promise<void>; onCancel(): void };

/** A code of the factor as it is, or a backup code: before the factor moves, the password alone is not enough. */
export function CodeForm({ onCode, onCancel }: CodeProps) {
  const words = useStrings().secondFactor;
  return (
    <AskForm
      submitLabel={words.moveNext}
      label={words.moveProof}
      hint={words.moveHint}
      type="text"
      autoComplete="one-time-code"
      onTyped={onCode}
      onCancel={onCancel}
    />
  );
}

type AskProps = Pick<Props, 'submitLabel' | 'danger' | 'onCancel'> & {
  label: string;
  hint?: string;
  type: 'text' | 'password';
  autoComplete: string;
  onTyped(typed: string): Promise<void>;
};

function AskForm({ submitLabel, danger = false, onTyped, onCancel, ...field }: AskProps) {
  const strings = useStrings();
  const { busy, refusal, submit } = useSave((form) => onTyped(textFields(form).proof ?? ''));
  return (
    <form
      className="space-y-4"
      onSubmit={(event) => {
        event.preventDefault();
        void submit(event.currentTarget);
      }}
    >
      {refusal && <ProblemNotice refusal={refusal} />}
      <Field name="proof" {...field} spellCheck={false} autoFocus required />
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

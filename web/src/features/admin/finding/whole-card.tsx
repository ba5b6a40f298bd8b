import { Field } from '../../../components/ui/field.tsx';
import { useAdminStrings } from '../../../lib/strings/admin.ts';
import { FindingCard } from './card.tsx';

/** How large files may be to go before a model as a whole. */
export function WholeCard() {
  const { finding: words, signInSettings } = useAdminStrings();
  return (
    <FindingCard title={words.wholeTitle} text={words.wholeText}>
      {({ values, lockedBy, errors, change }) => {
        const variable = lockedBy('whole_files_tokens');
        return (
          <Field
            label={words.whole}
            type="number"
            min={0}
            max={200_000}
            step={1}
            required
            className="max-w-60"
            value={Number.isNaN(values.whole_files_tokens) ? '' : values.whole_files_tokens}
            disabled={variable !== undefined}
            error={errors['whole_files_tokens']}
            hint={variable === undefined ? words.wholeHint : `${signInSettings.lockedBy} ${variable}`}
            onChange={({ target }) => change({ whole_files_tokens: target.valueAsNumber })}
          />
        );
      }}
    </FindingCard>
  );
}

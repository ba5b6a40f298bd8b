import type { Prompt } from '../../../../../../shared/api/prompts.ts';
import { Button } from '../../../../components/ui/button.tsx';
import { Field } from '../../../../components/ui/field.tsx';
import { Modal } from '../../../../components/ui/modal.tsx';
import { textFields } from '../../../../lib/form.ts';
import { useStrings } from '../../../../lib/strings/index.ts';
import { blanksOf, fill } from '../../../prompts/blanks.ts';

type Props = { prompt: Prompt | null; onClose(): void; onFilled(content: string): void };

/** A field for each blank of a prompt. What is left empty stays a blank in the message. */
export function FillBlanks({ prompt, onClose, onFilled }: Props) {
  const strings = useStrings();
  return (
    <Modal open={prompt !== null} onClose={onClose} title={strings.prompts.fill(prompt?.title ?? '')}>
      {prompt && (
        <form
          className="space-y-4 overflow-y-auto p-5"
          onSubmit={(event) => {
            event.preventDefault();
            const typed = Object.entries(textFields(event.currentTarget)).filter(([, value]) => value !== '');
            onFilled(fill(prompt.content, Object.fromEntries(typed)));
          }}
        >
          {blanksOf(prompt.content).map((name) => (
            <Field key={name} label={name} name={name} autoComplete="off" />
          ))}
          <div className="flex justify-end gap-2">
            <Button onClick={onClose}>{strings.app.cancel}</Button>
            <Button type="submit" tone="primary">
              {strings.prompts.insert}
            </Button>
          </div>
        </form>
      )}
    </Modal>
  );
}

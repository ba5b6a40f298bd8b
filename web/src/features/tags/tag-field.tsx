import { useId, useState } from 'react';
import { Button } from '../../components/ui/button.tsx';
import { Field } from '../../components/ui/field.tsx';
import { useStrings } from '../../lib/strings/index.ts';
import { LONGEST_TAG, tagsIn } from './tags.ts';
import { useTags } from './use-tags.ts';

/** A field for new tags that offers those that are there. `onAdd` says whether it could take them. */
export function TagField({ onAdd }: { onAdd(tags: string[]): boolean }) {
  const words = useStrings().tags;
  const known = useTags();
  const id = useId();
  const [typed, setTyped] = useState('');
  const [bad, setBad] = useState(false);
  const add = (): void => {
    const tags = tagsIn(typed);
    if (tags.length === 0) return;
    const fits = tags.every((tag) => tag.length <= LONGEST_TAG) && onAdd(tags);
    setBad(!fits);
    if (fits) setTyped('');
  };
  return (
    <form
      className="space-y-3"
      onSubmit={(event) => {
        event.preventDefault();
        add();
      }}
    >
      <Field
        label={words.add}
        list={id}
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
        autoComplete="off"
        autoCapitalize="none"
        hint={words.hint}
        error={bad ? words.bad : undefined}
      />
      <datalist id={id}>
        {known.map(({ tag }) => (
          <option key={tag} value={tag}>
            {tag}
          </option>
        ))}
      </datalist>
      <Button type="submit" tone="primary" disabled={typed.trim() === ''}>
        {words.add}
      </Button>
    </form>
  );
}

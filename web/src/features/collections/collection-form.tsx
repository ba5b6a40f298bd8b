import { useState } from 'react';
import type { Collection } from '../../../../shared/api/collections.ts';
import { useServices } from '../../app/services.ts';
import { Button } from '../../components/ui/button.tsx';
import { DialogActions } from '../../components/ui/dialog-actions.tsx';
import { Field } from '../../components/ui/field.tsx';
import { useStrings } from '../../lib/strings/index.ts';
import { useAct } from './use-collections.ts';

type Props = { collection?: Collection; onDone(id: string | null): void };

/** Name and description, of a new collection or of one that is there. */
export function CollectionForm({ collection, onDone }: Props) {
  const strings = useStrings();
  const words = strings.knowledge;
  const { client } = useServices();
  const act = useAct();
  const [name, setName] = useState(collection?.name ?? '');
  const [description, setDescription] = useState(collection?.description ?? '');
  const [busy, setBusy] = useState(false);
  const save = async (): Promise<void> => {
    if (name.trim() === '') return;
    setBusy(true);
    const body = { name: name.trim(), description: description.trim() };
    let id: string | null = null;
    const done = await act(async () => {
      const saved = collection
        ? await client.patch<Collection>(`/api/collections/${collection.id}`, body)
        : await client.post<Collection>('/api/collections', body);
      id = saved.id;
    });
    setBusy(false);
    if (done) onDone(id);
  };
  return (
    <form
      className="space-y-4 overflow-y-auto p-5"
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <Field
        label={words.name}
        value={name}
        maxLength={200}
        required
        onChange={(event) => setName(event.target.value)}
      />
      <Field
        label={words.description}
        aside={strings.auth.optional}
        value={description}
        maxLength={2_000}
        onChange={(event) => setDescription(event.target.value)}
      />
      <DialogActions>
        <Button tone="quiet" onClick={() => onDone(null)}>
          {strings.app.cancel}
        </Button>
        <Button tone="primary" type="submit" busy={busy}>
          {collection ? strings.app.save : words.make}
        </Button>
      </DialogActions>
    </form>
  );
}

import { useState } from 'react';
import type { Group } from '../../../../shared/api/groups.ts';
import { useStrings } from '../../lib/strings/index.ts';
import { useList } from './use-list.ts';

/** Everyone, or the members of some groups. */
export function ProviderAccess({ chosen, error }: { chosen: readonly string[] | null; error?: string | undefined }) {
  const words = useStrings().providers;
  const [everyone, setEveryone] = useState(chosen === null);
  const { items: groups, list } = useList<Group>('/api/admin/groups');
  return (
    <fieldset>
      <legend className="mb-1 text-sm font-semibold">{words.access}</legend>
      <label className="flex min-h-9 cursor-pointer items-center gap-2.5">
        <input
          type="checkbox"
          name="everyone"
          checked={everyone}
          onChange={(event) => setEveryone(event.target.checked)}
          className="size-4 accent-accent"
        />
        {words.everyone}
      </label>
      {!everyone && (
        <div className="flex flex-wrap gap-x-5 ps-6.5">
          {groups.map(({ id, name }) => (
            <label key={id} className="flex min-h-9 cursor-pointer items-center gap-2.5">
              <input
                type="checkbox"
                name="group"
                value={id}
                defaultChecked={chosen?.includes(id)}
                className="size-4 accent-accent"
              />
              {name}
            </label>
          ))}
          {list.isSuccess && groups.length === 0 && <p className="text-sm text-muted">{words.noGroups}</p>}
        </div>
      )}
      {error && <p className="text-sm text-danger">{error}</p>}
    </fieldset>
  );
}

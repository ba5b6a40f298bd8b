import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { UserPlus, Users, X } from 'lucide-react';
import { useDeferredValue, useState } from 'react';
import type { AssistantShare } from '../../../../shared/api/assistants.ts';
import type { CollectionShare } from '../../../../shared/api/collections.ts';
import type { Directory } from '../../../../shared/api/directory.ts';
import { useServices } from '../../app/services.ts';
import { cx } from '../../components/ui/cx.ts';
import { Field, inputClass } from '../../components/ui/field.tsx';
import { IconButton } from '../../components/ui/icon-button.tsx';
import { refusalOf } from '../../lib/problem.ts';
import { useStrings } from '../../lib/strings/index.ts';
import { describeRefusal } from '../../lib/words.ts';

type Access = CollectionShare['access'];
type Share = AssistantShare & { access?: Access };
type Subject = { user_id: string } | { group_id: string };

const subjectOf = ({ user_id, group_id }: Share): Subject =>
  user_id === null ? { group_id: group_id ?? '' } : { user_id };

type Props = {
  /** Where the shares are listed, put and deleted. */
  path: string;
  queryKey: readonly string[];
  /** What sharing means here. */
  text: string;
  /** Whether one says what others may do with it. */
  withAccess?: boolean;
};

/** With whom something is shared, and a search for with whom else it should be. */
export function PeopleShares({ path, queryKey, text, withAccess = false }: Props) {
  const strings = useStrings();
  const words = strings.knowledge;
  const { client, queries, toasts } = useServices();
  const [typed, setTyped] = useState('');
  const q = useDeferredValue(typed.trim());
  const shares = useQuery({
    queryKey,
    queryFn: ({ signal }) => client.get<{ items: Share[] }>(path, signal),
  });
  const found = useQuery({
    queryKey: ['directory', q],
    enabled: q !== '',
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) => client.get<Directory>(`/api/directory?q=${encodeURIComponent(q)}`, signal),
  });
  const items = shares.data?.items ?? [];
  const taken = new Set(items.flatMap(({ user_id, group_id }) => [user_id, group_id]));
  const offers = [
    ...(found.data?.groups ?? []).map((group) => ({ ...group, group: true, subject: { group_id: group.id } })),
    ...(found.data?.users ?? []).map((user) => ({ ...user, group: false, subject: { user_id: user.id } })),
  ].filter((offer) => !taken.has(offer.id));
  /** True when it is done; what the server refuses is told in a toast. */
  async function change(method: 'PUT' | 'DELETE', body: object): Promise<boolean> {
    try {
      await client.open(method, path, { body });
      return true;
    } catch (error) {
      toasts.show({ text: describeRefusal(refusalOf(error), strings), tone: 'danger' });
      return false;
    } finally {
      await queries.invalidateQueries({ queryKey });
    }
  }
  const share = (subject: Subject, access: Access) => change('PUT', { ...subject, ...(withAccess && { access }) });
  return (
    <div className="space-y-4 overflow-y-auto p-5">
      <p className="text-muted">{text}</p>
      <Field type="search" label={words.shareFind} value={typed} onChange={(event) => setTyped(event.target.value)} />
      {q !== '' && found.isSuccess && offers.length === 0 && <p className="text-muted">{words.shareNobody}</p>}
      {q !== '' && offers.length > 0 && (
        <ul aria-label={words.shareFind} className="divide-y divide-line rounded-lg border border-line">
          {offers.map(({ id: key, name, group, subject }) => (
            <li key={key} className="flex min-h-11 items-center gap-2 py-1 ps-4 pe-2">
              <Name name={name} group={group} />
              <IconButton
                icon={UserPlus}
                label={words.shareWith(name)}
                onClick={() => void share(subject, 'read').then((done) => done && setTyped(''))}
              />
            </li>
          ))}
        </ul>
      )}
      <h3 className="text-sm font-semibold text-muted">{words.sharedWith}</h3>
      {shares.isSuccess && items.length === 0 && <p className="text-muted">{words.sharedNone}</p>}
      <ul aria-label={words.sharedWith} className="divide-y divide-line">
        {items.map((one) => (
          <li key={one.user_id ?? one.group_id} className="flex min-h-12 items-center gap-2 py-1">
            <Name name={one.name} group={one.group_id !== null} />
            {one.access && (
              <select
                aria-label={words.access(one.name)}
                value={one.access}
                onChange={(event) => void share(subjectOf(one), event.target.value as Access)}
                className={cx(inputClass, 'w-auto!')}
              >
                {(['read', 'write'] as const).map((access) => (
                  <option key={access} value={access} className="bg-sheet">
                    {words.accessChoices[access]}
                  </option>
                ))}
              </select>
            )}
            <IconButton
              icon={X}
              label={words.unshare(one.name)}
              onClick={() => void change('DELETE', subjectOf(one))}
            />
          </li>
        ))}
      </ul>
    </div>
  );
}

function Name({ name, group }: { name: string; group: boolean }) {
  const words = useStrings().knowledge;
  return (
    <span className="flex min-w-0 flex-1 items-center gap-2">
      {group && <Users size={15} aria-label={words.group} className="shrink-0 text-muted" />}
      <span className="truncate">{name}</span>
    </span>
  );
}

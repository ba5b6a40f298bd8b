import { Check, Folder as FolderIcon, FolderPlus, Inbox } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import { useStrings } from '../../lib/strings/index.ts';
import { RenameField } from '../chat/sidebar/rename-field.tsx';
import { useFolders } from './use-folders.ts';

type Props = {
  /** Where it lies now; null for no folder, undefined where several lie in different ones. */
  folder: string | null | undefined;
  onMove(folder: string | null): void;
};

/** The folders to choose from, with a way to make one. */
export function MoveChoices({ folder: now, onMove }: Props) {
  const strings = useStrings();
  const { lines, create } = useFolders();
  const [naming, setNaming] = useState(false);
  const intoNew = async (name: string): Promise<void> => {
    setNaming(false);
    const made = name === '' ? undefined : await create(name);
    if (made) onMove(made.id);
  };
  const choice = (icon: ReactNode, name: string, chosen: boolean, onClick: () => void) => (
    <button
      type="button"
      aria-current={chosen ? 'true' : undefined}
      onClick={onClick}
      className="flex min-h-11 w-full items-center gap-2.5 rounded-md px-3 text-start hover:bg-well"
    >
      {icon}
      <span className="min-w-0 flex-1 truncate">{name}</span>
      {chosen && <Check size={16} aria-hidden className="shrink-0 text-accent" />}
    </button>
  );
  return (
    <ul className="overflow-y-auto p-2">
      <li>
        {choice(<Inbox size={16} aria-hidden className="text-muted" />, strings.folders.none, now === null, () =>
          onMove(null),
        )}
      </li>
      {lines.map(({ folder, depth }) => (
        <li key={folder.id} style={{ paddingInlineStart: `${Math.min(depth, 5)}rem` }}>
          {choice(<FolderIcon size={16} aria-hidden className="text-muted" />, folder.name, now === folder.id, () =>
            onMove(folder.id),
          )}
        </li>
      ))}
      <li>
        {naming ? (
          <RenameField title="" onDone={(name) => void intoNew(name)} onCancel={() => setNaming(false)} />
        ) : (
          choice(<FolderPlus size={16} aria-hidden className="text-accent" />, strings.folders.add, false, () =>
            setNaming(true),
          )
        )}
      </li>
    </ul>
  );
}

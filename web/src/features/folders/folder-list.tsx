import { ChevronRight, Ellipsis, Folder as FolderIcon, FolderOpen, FolderPlus, Pencil, Trash2 } from 'lucide-react';
import { useState } from 'react';
import type { Folder } from '../../../../shared/api/folders.ts';
import { cx } from '../../components/ui/cx.ts';
import { IconButton } from '../../components/ui/icon-button.tsx';
import { Menu, MenuItem } from '../../components/ui/menu.tsx';
import { remembered } from '../../lib/remembered.ts';
import { useStrings } from '../../lib/strings/index.ts';
import { RenameField } from '../chat/sidebar/rename-field.tsx';
import { useFolders } from './use-folders.ts';

type Props = { chosen: string | null; onChoose(id: string | null): void };

/** The folders above the conversations: choosing one narrows the list to it, choosing it again shows all. */
export function FolderList({ chosen, onChoose }: Props) {
  const strings = useStrings();
  const { lines, create, rename, remove } = useFolders();
  const [open, setOpen] = useState(remembered.read('folders') !== 'closed');
  const [naming, setNaming] = useState<string | null>(null);
  const fold = (): void => {
    remembered.write('folders', open ? 'closed' : null);
    setOpen(!open);
  };
  const added = async (name: string): Promise<void> => {
    setNaming(null);
    if (name !== '') await create(name);
  };
  return (
    <section aria-label={strings.folders.title} className="px-2 pb-1">
      <div className="flex h-8 items-center">
        <button
          type="button"
          aria-expanded={open}
          onClick={fold}
          className="flex min-h-8 min-w-0 flex-1 items-center gap-1 rounded-md px-2 text-start text-xs font-semibold text-muted hover:text-ink"
        >
          <ChevronRight size={13} aria-hidden className={cx('transition-transform', open && 'rotate-90')} />
          {strings.folders.title}
        </button>
        <IconButton
          icon={FolderPlus}
          size={15}
          label={strings.folders.add}
          className="size-7!"
          onClick={() => {
            setOpen(true);
            setNaming('');
          }}
        />
      </div>
      {open && (
        <ul className="max-h-52 overflow-y-auto overscroll-contain">
          {lines.map(({ folder, depth }) => (
            <li key={folder.id} style={{ paddingInlineStart: `${Math.min(depth, 4) * 0.75}rem` }}>
              {naming === folder.id ? (
                <RenameField
                  title={folder.name}
                  onDone={(name) => {
                    setNaming(null);
                    if (name !== '' && name !== folder.name) void rename(folder.id, name);
                  }}
                  onCancel={() => setNaming(null)}
                />
              ) : (
                <FolderRow
                  folder={folder}
                  chosen={chosen === folder.id}
                  onChoose={() => onChoose(chosen === folder.id ? null : folder.id)}
                  onRename={() => setNaming(folder.id)}
                  onRemove={() => {
                    if (chosen === folder.id) onChoose(null);
                    void remove(folder.id);
                  }}
                />
              )}
            </li>
          ))}
          {naming === '' && (
            <li>
              <RenameField title="" onDone={(name) => void added(name)} onCancel={() => setNaming(null)} />
            </li>
          )}
        </ul>
      )}
    </section>
  );
}

type RowProps = { folder: Folder; chosen: boolean; onChoose(): void; onRename(): void; onRemove(): void };

function FolderRow({ folder, chosen, onChoose, onRename, onRemove }: RowProps) {
  const strings = useStrings();
  const Icon = chosen ? FolderOpen : FolderIcon;
  return (
    <div
      className={cx(
        'group flex h-9 items-center rounded-md transition-colors pointer-coarse:h-11',
        chosen ? 'bg-accent-soft' : 'focus-within:bg-well hover:bg-well',
      )}
    >
      <button
        type="button"
        aria-pressed={chosen}
        title={folder.name}
        onClick={onChoose}
        className="flex h-full min-w-0 flex-1 items-center gap-2 rounded-md ps-2.5 pe-1 text-start"
      >
        <Icon size={15} aria-hidden className="shrink-0 text-muted" />
        <span className="truncate">{folder.name}</span>
      </button>
      <Menu
        trigger={
          <IconButton
            icon={Ellipsis}
            size={16}
            label={strings.folders.more(folder.name)}
            className="me-0.5 size-7! opacity-0 group-hover:opacity-100 group-focus-within:opacity-100 aria-expanded:opacity-100 pointer-coarse:opacity-100"
          />
        }
      >
        <MenuItem icon={Pencil} onSelect={onRename}>
          {strings.shell.rename}
        </MenuItem>
        <MenuItem icon={Trash2} danger onSelect={onRemove}>
          {strings.folders.remove}
        </MenuItem>
      </Menu>
    </div>
  );
}

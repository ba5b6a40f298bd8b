import { Archive, ArchiveRestore, CheckCheck, FolderInput, Pin, Tag, Trash2, X } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useServices } from '../../../app/services.ts';
import { IconButton } from '../../../components/ui/icon-button.tsx';
import { Modal } from '../../../components/ui/modal.tsx';
import { useStrings } from '../../../lib/strings/index.ts';
import { MoveChoices } from '../../folders/move-choices.tsx';
import { TagField } from '../../tags/tag-field.tsx';
import type { BulkDeed } from '../conversations.ts';
import { selection } from './selection.ts';

type Props = { ids: readonly string[]; archived: boolean; shown(): string[] };

/** What can be done with the selected conversations. Esc ends selecting. */
export function SelectionBar({ ids, archived, shown }: Props) {
  const strings = useStrings();
  const words = strings.select;
  const { conversations } = useServices();
  const [asking, setAsking] = useState<'move' | 'tag' | null>(null);
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.key === 'Escape' && !event.defaultPrevented && !document.querySelector('[role=dialog] form'))
        selection.end();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, []);
  const act = async (deed: BulkDeed): Promise<void> => {
    setAsking(null);
    if (await conversations.changeAll(ids, deed)) selection.end();
  };
  const none = ids.length === 0;
  return (
    <div role="group" aria-label={words.title} className="border-t border-line bg-sheet px-2 py-1.5">
      <div className="flex items-center">
        <p role="status" className="min-w-0 flex-1 truncate px-2 text-sm font-semibold">
          {words.count(ids.length)}
        </p>
        <IconButton icon={CheckCheck} label={words.all} onClick={() => selection.all(shown())} />
        <IconButton icon={X} label={words.done} onClick={selection.end} />
      </div>
      <div className="flex justify-between">
        <IconButton icon={Pin} label={words.pin} disabled={none} onClick={() => void act({ action: 'pin' })} />
        <IconButton icon={FolderInput} label={words.move} disabled={none} onClick={() => setAsking('move')} />
        <IconButton icon={Tag} label={words.tag} disabled={none} onClick={() => setAsking('tag')} />
        <IconButton
          icon={archived ? ArchiveRestore : Archive}
          label={archived ? strings.shell.fromArchive : strings.shell.toArchive}
          disabled={none}
          onClick={() => void act({ action: archived ? 'unarchive' : 'archive' })}
        />
        <IconButton
          icon={Trash2}
          label={strings.shell.delete}
          disabled={none}
          className="text-danger!"
          onClick={() => {
            conversations.removeAll(ids);
            selection.end();
          }}
        />
      </div>
      <Modal open={asking === 'move'} onClose={() => setAsking(null)} title={words.moveTitle(ids.length)}>
        <MoveChoices folder={undefined} onMove={(folder_id) => void act({ action: 'move', folder_id })} />
      </Modal>
      <Modal open={asking === 'tag'} onClose={() => setAsking(null)} title={words.tagTitle(ids.length)}>
        <div className="p-5">
          <TagField
            onAdd={([tag, ...more]) => {
              if (tag === undefined || more.length > 0) return false;
              void act({ action: 'tag', tag });
              return true;
            }}
          />
        </div>
      </Modal>
    </div>
  );
}

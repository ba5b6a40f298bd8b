import { X } from 'lucide-react';
import type { Conversation } from '../../../../shared/api/chat.ts';
import { useServices } from '../../app/services.ts';
import { IconButton } from '../../components/ui/icon-button.tsx';
import { Modal } from '../../components/ui/modal.tsx';
import { part } from '../../lib/part.tsx';
import { useStrings } from '../../lib/strings/index.ts';
import { MOST_TAGS } from './tags.ts';

const TagField = part(async () => (await import('./tag-field.tsx')).TagField);

type Props = { conversation: Conversation; open: boolean; onClose(): void };

/** The tags of one conversation, each kept as soon as it is added or removed. */
export function TagDialog({ conversation: { id, title, tags }, open, onClose }: Props) {
  const strings = useStrings();
  const words = strings.tags;
  const { conversations } = useServices();
  const keep = (next: string[]): void => void conversations.change(id, { tags: next });
  const add = (more: string[]): boolean => {
    const next = [...new Set([...tags, ...more])];
    if (next.length > MOST_TAGS) return false;
    keep(next);
    return true;
  };
  return (
    <Modal open={open} onClose={onClose} title={words.of(title || strings.chat.untitled)}>
      <div className="space-y-4 overflow-y-auto p-5">
        {tags.length === 0 ? (
          <p className="text-muted">{words.none}</p>
        ) : (
          <ul aria-label={words.title} className="flex flex-wrap gap-1.5">
            {tags.map((tag) => (
              <li key={tag} className="flex max-w-full items-center rounded-full bg-accent-soft ps-3 text-sm">
                <span className="truncate">{tag}</span>
                <IconButton
                  icon={X}
                  size={13}
                  label={words.remove(tag)}
                  className="size-7! rounded-full!"
                  onClick={() => keep(tags.filter((one) => one !== tag))}
                />
              </li>
            ))}
          </ul>
        )}
        <TagField onAdd={add} />
      </div>
    </Modal>
  );
}

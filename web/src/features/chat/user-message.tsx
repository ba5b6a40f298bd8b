import { Link } from '@tanstack/react-router';
import { Globe, Library, Pencil } from 'lucide-react';
import { memo, useState } from 'react';
import type { Message } from '../../../../shared/api/chat.ts';
import { focusInput } from '../../app/layout.ts';
import { IconButton } from '../../components/ui/icon-button.tsx';
import { useStrings } from '../../lib/strings/index.ts';
import { BranchButton } from './branch-button.tsx';
import { CopyButton } from './copy-button.tsx';
import { DeleteButton } from './delete-button.tsx';
import { EditForm } from './edit-form.tsx';
import { chipClass, FileChip } from './file-chip.tsx';
import { collectionsOf, filesOf, isStored } from './messages.ts';
import { Turner } from './turner.tsx';
import { useRewording } from './use-rewording.ts';

type Props = {
  message: Message;
  at: number;
  count: number;
  onTurn(id: string, step: 1 | -1): void;
  onRewrite(message: Message, content: string): void;
};

export const UserMessage = memo(function UserMessage({ message, at, count, onTurn, onRewrite }: Props) {
  const strings = useStrings();
  const keep = useRewording();
  const [editing, setEditing] = useState(false);
  const files = filesOf(message);
  const collections = collectionsOf(message);
  const web = message.parts.some(({ type }) => type === 'web_search');
  if (editing) {
    const done = (): void => {
      setEditing(false);
      focusInput();
    };
    return (
      <EditForm
        text={message.content}
        onCancel={done}
        onKeep={
          message.conversation_id === '' ? undefined : (text) => void keep(message, text).then(done, () => undefined)
        }
        onRun={(text) => {
          onRewrite(message, text);
          done();
        }}
      />
    );
  }
  return (
    <article aria-label={strings.chat.you} className="group flex flex-col items-end">
      <h2 className="sr-only">{strings.chat.you}</h2>
      {files.length + collections.length + Number(web) > 0 && (
        <ul className="mb-1.5 flex max-w-[88%] flex-wrap justify-end gap-1.5">
          {files.map(({ id, filename }) => (
            <li key={id} className="min-w-0">
              <FileChip id={id} filename={filename} />
            </li>
          ))}
          {collections.map(({ id, name }) => (
            <li key={id} className="min-w-0">
              <Link to="/collections/$collectionId" params={{ collectionId: id }} title={name} className={chipClass}>
                <Library size={14} aria-hidden className="shrink-0 text-accent" />
                <span className="truncate">{name}</span>
              </Link>
            </li>
          ))}
          {web && (
            <li className="flex items-center gap-1.5 px-1 py-1 text-sm text-muted">
              <Globe size={14} aria-hidden className="shrink-0" />
              {strings.knowledge.webAsked}
            </li>
          )}
        </ul>
      )}
      <div className="max-w-[88%] rounded-lg rounded-ee-sm bg-accent-soft px-4 py-2.5 text-[1rem] whitespace-pre-wrap">
        {message.content}
      </div>
      <div className="mt-0.5 flex min-h-8 items-center gap-0.5 opacity-0 transition-opacity group-focus-within:opacity-100 group-hover:opacity-100 has-[[role=group]]:opacity-100 pointer-coarse:opacity-100">
        {isStored(message) && (
          <>
            <CopyButton text={message.content} label={strings.chat.copyMarkdown} size={16} />
            <IconButton icon={Pencil} size={16} label={strings.chat.edit} onClick={() => setEditing(true)} />
            <BranchButton message={message} />
            <DeleteButton message={message} />
          </>
        )}
        <Turner at={at} count={count} onTurn={(step) => onTurn(message.id, step)} />
      </div>
    </article>
  );
});

import { Download } from 'lucide-react';
import type { Conversation } from '../../../../../shared/api/chat.ts';
import { buttonClass } from '../../../components/ui/button.tsx';
import { Modal } from '../../../components/ui/modal.tsx';
import { useStrings } from '../../../lib/strings/index.ts';

type Props = { conversation: Conversation; open: boolean; onClose(): void };

/** One conversation as a file. */
export function ExportDialog({ conversation: { id, title }, open, onClose }: Props) {
  const strings = useStrings();
  const formats = [
    ['md', strings.shell.exportMarkdown],
    ['json', strings.shell.exportJson],
  ] as const;
  return (
    <Modal open={open} onClose={onClose} title={strings.shell.exportTitle(title || strings.chat.untitled)}>
      <div className="space-y-4 p-5">
        <p className="text-muted">{strings.data.exportText}</p>
        <div className="flex flex-wrap gap-2">
          {formats.map(([format, name]) => (
            <a
              key={format}
              download
              href={`/api/conversations/${id}/export?format=${format}`}
              className={buttonClass('plain')}
            >
              <Download size={16} aria-hidden className="text-muted" />
              {name}
            </a>
          ))}
        </div>
      </div>
    </Modal>
  );
}

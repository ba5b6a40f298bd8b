import { FileText } from 'lucide-react';

export const chipClass =
  'flex max-w-64 items-center gap-1.5 rounded-md border border-line bg-sheet px-2.5 py-1 text-sm hover:border-accent';

/** A file that a message has. */
export const FileChip = ({ id, filename }: { id: string; filename: string }) => (
  <a href={`/api/files/${id}/content`} download={filename} title={filename} className={chipClass}>
    <FileText size={14} aria-hidden className="shrink-0 text-accent" />
    <span className="truncate">{filename}</span>
  </a>
);

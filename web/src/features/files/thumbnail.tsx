import { FileText, type LucideIcon } from 'lucide-react';
import { useState } from 'react';
import { viewOf } from './viewer/marks.ts';

type Props = { fileId: string | null; contentType: string | null; icon?: LucideIcon };

/** What a file looks like, small, where it looks like something; else a sign for what it is. */
export function Thumbnail({ fileId, contentType, icon: Icon = FileText }: Props) {
  const [missing, setMissing] = useState(false);
  const drawn = fileId !== null && contentType !== null && viewOf(contentType) !== 'text' && !missing;
  return (
    <span aria-hidden className="hidden size-10 shrink-0 place-items-center overflow-hidden sm:grid">
      {drawn ? (
        <img
          src={`/api/files/${fileId}/thumbnail`}
          alt=""
          loading="lazy"
          decoding="async"
          onError={() => setMissing(true)}
          className="max-h-10 max-w-10 rounded-[3px] border border-line bg-white object-contain"
        />
      ) : (
        <Icon size={20} strokeWidth={1.5} className="text-accent" />
      )}
    </span>
  );
}

import { useState } from 'react';
import { useContent } from '../../../app/use-content.ts';
import { useStrings } from '../../../lib/strings/index.ts';
import type { Marks } from './marks.ts';
import { Sheet } from './sheet.tsx';

type Props = { fileId: string; title: string; marks: Marks | undefined };

/** A photo or scan, with the words marked that were read in it. */
export function PictureView({ fileId, title, marks }: Props) {
  const strings = useStrings();
  const [state, setState] = useState<'loading' | 'drawn' | 'failed'>('loading');
  const { url, failed } = useContent(`/api/files/${fileId}/content`);
  if (failed || state === 'failed') return <p className="p-5 text-muted">{strings.sources.pageFailed}</p>;
  return (
    <div className="min-h-0 flex-1 overflow-auto bg-well p-3" tabIndex={0} role="group" aria-label={title}>
      <Sheet marks={marks} drawn={state === 'drawn'} style={{ width: 'fit-content' }}>
        <img
          {...(url !== null && { src: url })}
          alt={title}
          className="block max-w-full"
          onLoad={() => setState('drawn')}
          onError={() => setState('failed')}
        />
      </Sheet>
    </div>
  );
}

import { FileText, type LucideIcon } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { useContent } from '../../app/use-content.ts';
import { viewOf } from './viewer/marks.ts';

type Props = { fileId: string | null; contentType: string | null; icon?: LucideIcon };

/**
 * What a file looks like, small, where it looks like something; until then, and else, a sign for what it is. Asked for
 * when its place comes into view: a list is longer than what one looks at.
 */
export function Thumbnail({ fileId, contentType, icon: Icon = FileText }: Props) {
  const [state, setState] = useState<'coming' | 'drawn' | 'missing'>('coming');
  const pictured = fileId !== null && contentType !== null && viewOf(contentType) !== 'text';
  const place = useRef<HTMLSpanElement>(null);
  const [seen, setSeen] = useState(false);
  useEffect(() => {
    const element = place.current;
    if (!element || !pictured || seen) return;
    const watch = new IntersectionObserver(([entry]) => entry?.isIntersecting && setSeen(true), {
      scrollMargin: '400px',
    });
    watch.observe(element);
    return () => watch.disconnect();
  }, [pictured, seen]);
  const { url } = useContent(pictured && seen ? `/api/files/${fileId}/thumbnail` : null);
  return (
    <span
      ref={place}
      aria-hidden
      className="relative hidden size-10 shrink-0 place-items-center overflow-hidden sm:grid"
    >
      {state !== 'drawn' && <Icon size={20} strokeWidth={1.5} className="text-accent" />}
      {url !== null && state !== 'missing' && (
        <img
          src={url}
          alt=""
          decoding="async"
          onLoad={() => setState('drawn')}
          onError={() => setState('missing')}
          className={
            state === 'drawn'
              ? 'max-h-10 max-w-10 rounded-[3px] border border-line bg-white object-contain'
              : 'absolute inset-0 opacity-0'
          }
        />
      )}
    </span>
  );
}

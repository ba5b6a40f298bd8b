import { Download, ExternalLink } from 'lucide-react';
import { useEffect, useMemo, useRef, type ReactNode } from 'react';
import type { Citation } from '../../../../../shared/api/citations.ts';
import type { Passage } from '../../../../../shared/api/passages.ts';
import { buttonClass } from '../../../components/ui/button.tsx';
import { Skeleton } from '../../../components/ui/skeleton.tsx';
import { refusalOf } from '../../../lib/problem.ts';
import { useStrings } from '../../../lib/strings/index.ts';
import { usePassagesAround } from '../../files/viewer/use-passages.ts';
import { quotedRanges } from '../citations.ts';
import { markRanges, pageAround } from './page-around.ts';

/** Passages before and after the cited one that stay in view: a file may have thousands. */
const NEIGHBOURS = 6;

type Props = { passage: Passage; citation: Citation | undefined };

/** A cited passage and what stands around it, on its page where there are pages: the passage stands out, what the answer quotes from it is marked. */
export function SourceText({ passage, citation }: Props) {
  const strings = useStrings();
  const { source, page, text } = passage;
  // A page that was found for this answer alone is kept nowhere: its passage is all there is.
  const query = usePassagesAround(passage, NEIGHBOURS);
  const around = useMemo(() => {
    const here = query.data?.items.filter((item) => page === undefined || item.page === page);
    return pageAround(here ?? [], text, NEIGHBOURS);
  }, [query.data, page, text]);
  const ranges = useMemo(() => quotedRanges(citation), [citation]);
  const cited = useRef<HTMLDivElement>(null);
  useEffect(() => {
    cited.current?.scrollIntoView({ block: 'center' });
  }, [query.isPending]);
  const gone = query.isError && refusalOf(query.error).status === 404;
  const pieces = markRanges(text, ranges).map((piece, at): ReactNode =>
    piece.marked ? <mark key={at}>{piece.text}</mark> : piece.text,
  );
  return (
    <>
      <div
        className="min-h-0 flex-1 overflow-y-auto px-5 py-4 font-serif text-[1rem] leading-relaxed"
        tabIndex={0}
        role="group"
        aria-label={strings.chat.cited}
      >
        {page !== undefined && <p className="mb-3 font-sans text-sm text-muted">{strings.chat.pageLong(page)}</p>}
        {query.isLoading && <Skeleton className="mb-4" lines={['w-full', 'w-11/12']} />}
        {around.before.map((one, at) => (
          <p key={at} className="mb-4 whitespace-pre-line text-muted">
            {one}
          </p>
        ))}
        <div
          ref={cited}
          className="mb-4 rounded-md border-s-4 border-accent bg-accent-soft/50 px-4 py-3 whitespace-pre-line"
        >
          {ranges.length === 0 ? <mark>{text}</mark> : pieces}
        </div>
        {around.after.map((one, at) => (
          <p key={at} className="mb-4 whitespace-pre-line text-muted">
            {one}
          </p>
        ))}
        {query.isError && (
          <p className="font-sans text-sm text-muted">
            {gone ? strings.chat.passageGone : strings.chat.passagesFailed}
          </p>
        )}
      </div>
      {source.url !== undefined && (
        <footer className="border-t border-line p-3">
          <a href={source.url} target="_blank" rel="noreferrer noopener" className={buttonClass('plain', 'w-full')}>
            <ExternalLink size={16} aria-hidden />
            {strings.knowledge.openPage}
          </a>
        </footer>
      )}
      {!gone && source.kind === 'file' && (
        <footer className="border-t border-line p-3">
          <a
            href={`/api/files/${source.id}/content`}
            download={source.title}
            className={buttonClass('plain', 'w-full')}
          >
            <Download size={16} aria-hidden />
            {strings.chat.download}
          </a>
        </footer>
      )}
    </>
  );
}

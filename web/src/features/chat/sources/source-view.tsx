import { Link } from '@tanstack/react-router';
import { FileText, Maximize2, ScrollText } from 'lucide-react';
import { useMemo, useState } from 'react';
import type { Citation } from '../../../../../shared/api/citations.ts';
import type { Passage } from '../../../../../shared/api/passages.ts';
import { cx } from '../../../components/ui/cx.ts';
import { Skeleton } from '../../../components/ui/skeleton.tsx';
import { useStrings } from '../../../lib/strings/index.ts';
import { DocumentView } from '../../files/viewer/document-view.tsx';
import { viewOf } from '../../files/viewer/marks.ts';
import { useFile, usePassages } from '../../files/viewer/use-passages.ts';
import { samePassage } from './page-around.ts';
import { SourceText } from './source-text.tsx';

type Props = { passage: Passage; citation: Citation | undefined };

/** A cited source: the page as it looks, with the words marked, where it looks like something; and as text in any case. */
export function SourceView({ passage, citation }: Props) {
  const strings = useStrings();
  const { source, page } = passage;
  const file = useFile(source.kind === 'file' ? source.id : undefined);
  const paged = source.kind === 'file' && page !== undefined;
  const looks = file.data !== undefined && viewOf(file.data.content_type) !== 'text';
  const [asText, setAsText] = useState(false);
  const missing = (citation?.quotes ?? []).filter(({ found }) => !found);
  const views = [
    { label: strings.sources.asPage, icon: FileText, on: !asText, choose: () => setAsText(false) },
    { label: strings.sources.asText, icon: ScrollText, on: asText, choose: () => setAsText(true) },
  ];
  if (paged && file.isPending) return <Skeleton className="p-5" lines={['w-full', 'w-11/12', 'w-4/5']} />;
  return (
    <>
      {file.data && (
        <div className="flex shrink-0 items-center gap-1 border-b border-line px-3 py-1.5">
          {(looks ? views : []).map(({ label, icon: Icon, on, choose }) => (
            <button
              key={label}
              type="button"
              aria-pressed={on}
              onClick={choose}
              className={cx(
                'inline-flex min-h-8 items-center gap-1.5 rounded-md px-2.5 text-sm pointer-coarse:min-h-10',
                on ? 'bg-accent-soft text-accent' : 'text-muted hover:bg-well hover:text-ink',
              )}
            >
              <Icon size={15} aria-hidden />
              {label}
            </button>
          ))}
          <span className="flex-1" />
          <WholeFile passage={passage} />
        </div>
      )}
      {missing.map(({ text }) => (
        <p key={text} className="border-b border-line bg-danger-soft px-5 py-2 text-sm break-words text-danger">
          {strings.sources.notHere(text)}
        </p>
      ))}
      {looks && !asText ? (
        <SourcePage passage={passage} citation={citation} />
      ) : (
        <SourceText passage={passage} citation={citation} />
      )}
    </>
  );
}

/** The passage among those of its page, where it has one. */
function useItem({ source, page, text }: Passage) {
  const { data } = usePassages(source.id, page);
  return useMemo(() => data?.items.find((item) => samePassage(item.text, text)), [data, text]);
}

function WholeFile({ passage }: { passage: Passage }) {
  const strings = useStrings();
  const item = useItem(passage);
  const ordinal = passage.ordinal ?? item?.ordinal;
  return (
    <Link
      to="/files/$fileId"
      params={{ fileId: passage.source.id }}
      search={{ page: passage.page, passage: ordinal }}
      aria-label={strings.sources.whole}
      data-tip={strings.sources.whole}
      className="grid size-8 place-items-center rounded-md text-muted hover:bg-well hover:text-ink pointer-coarse:size-10"
    >
      <Maximize2 size={16} aria-hidden />
    </Link>
  );
}

function SourcePage({ passage, citation }: Props) {
  const strings = useStrings();
  const { source, page: cited = 1 } = passage;
  const file = useFile(source.id);
  const item = useItem(passage);
  const [page, setPage] = useState(cited);
  const marks = useMemo(() => {
    const words = (citation?.quotes ?? []).flatMap(({ boxes }) => boxes);
    const around = citation?.boxes ?? item?.boxes ?? [];
    return words.length > 0 ? { page: cited, passage: around, words } : { page: cited, passage: [], words: around };
  }, [citation, item, cited]);
  const unplaced = marks.words.length === 0 && (citation !== undefined || item !== undefined);
  if (!file.data) return null;
  return (
    <>
      {unplaced && <p className="border-b border-line px-5 py-2 text-sm text-muted">{strings.sources.unplaced}</p>}
      <DocumentView file={file.data} page={page} onPage={setPage} marks={marks} />
    </>
  );
}

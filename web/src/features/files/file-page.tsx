import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { Download } from 'lucide-react';
import { useMemo } from 'react';
import type { StoredFile } from '../../../../shared/api/files.ts';
import { PageHeader } from '../../app/page-header.tsx';
import { useContent } from '../../app/use-content.ts';
import { Button, buttonClass } from '../../components/ui/button.tsx';
import { Empty } from '../../components/ui/empty.tsx';
import { ProblemNotice } from '../../components/ui/notice.tsx';
import { Skeleton } from '../../components/ui/skeleton.tsx';
import { refusalOf } from '../../lib/problem.ts';
import { useStrings } from '../../lib/strings/index.ts';
import { useTitle } from '../../lib/title.ts';
import { DocumentView } from './viewer/document-view.tsx';
import { viewOf } from './viewer/marks.ts';
import { TextView } from './viewer/text-view.tsx';
import { useFile, usePassages } from './viewer/use-passages.ts';

/** One file, at the page and passage of its address. */
export function FilePage() {
  const strings = useStrings();
  const { fileId } = useParams({ from: '/desk/files/$fileId' });
  const found = useFile(fileId);
  const gone = found.isError && refusalOf(found.error).status === 404;
  const name = found.data?.filename ?? strings.files.title;
  useTitle(name);
  return (
    <main className="flex min-h-0 flex-1 flex-col">
      <PageHeader title={gone ? '' : name}>
        {found.data && (
          <a
            href={`/api/files/${fileId}/content`}
            download={found.data.filename}
            className={buttonClass('plain')}
            aria-label={strings.files.open(found.data.filename)}
          >
            <Download size={16} aria-hidden />
            <span className="hidden sm:inline">{strings.chat.download}</span>
          </a>
        )}
      </PageHeader>
      {found.isPending && <Skeleton className="px-6 pt-4" lines={['w-1/2', 'w-full', 'w-11/12']} />}
      {gone && (
        <Empty title={strings.sources.goneTitle} text={strings.sources.goneText}>
          <Link to="/files" className={buttonClass('primary')}>
            {strings.sources.allFiles}
          </Link>
        </Empty>
      )}
      {found.isError && !gone && (
        <div className="px-6">
          <ProblemNotice refusal={refusalOf(found.error)} title={strings.sources.documentFailed}>
            <Button onClick={() => void found.refetch()}>{strings.app.retry}</Button>
          </ProblemNotice>
        </div>
      )}
      {found.data && <FileView key={fileId} file={found.data} />}
    </main>
  );
}

function FileView({ file }: { file: StoredFile }) {
  const navigate = useNavigate({ from: '/files/$fileId' });
  const { page = 1, passage } = useSearch({ from: '/desk/files/$fileId' });
  const view = viewOf(file.content_type);
  const wanted = view !== 'text' && passage !== undefined;
  const { data } = usePassages(wanted ? file.id : undefined, page);
  const marks = useMemo(() => {
    const boxes = data?.items.find(({ ordinal }) => ordinal === passage)?.boxes ?? [];
    return { page, passage: [], words: boxes };
  }, [data, page, passage]);
  if (view === 'text')
    return (
      <>
        {file.content_type.startsWith('audio/') && <Recording file={file} />}
        <TextView fileId={file.id} passage={passage} />
      </>
    );
  return (
    <DocumentView
      file={file}
      page={page}
      marks={marks}
      onPage={(next) => void navigate({ search: (now) => ({ ...now, page: next }), replace: true })}
    />
  );
}

function Recording({ file: { id, filename } }: { file: StoredFile }) {
  const { url } = useContent(`/api/files/${id}/content`);
  return (
    // oxlint-disable-next-line jsx-a11y/media-has-caption -- what is said in it stands below, with its times
    <audio
      controls
      preload="metadata"
      {...(url !== null && { src: url })}
      aria-label={filename}
      className="mx-auto w-full max-w-3xl shrink-0 px-4 pt-3 sm:px-6"
    />
  );
}

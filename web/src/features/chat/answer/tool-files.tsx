import { useEffect, useState } from 'react';
import type { ToolFile } from '../../../../../shared/api/tools.ts';
import { useServices } from '../../../app/services.ts';
import { useStrings } from '../../../lib/strings/index.ts';

/** Pictures and sounds that a tool gave. */
export const ToolFiles = ({ files }: { files: readonly ToolFile[] }) => (
  <ul className="my-3 flex flex-wrap gap-3">
    {files.map((file) => (
      <li key={file.id} className="max-w-full">
        <Shown file={file} />
      </li>
    ))}
  </ul>
);

function Shown({ file: { id, filename, content_type } }: { file: ToolFile }) {
  const { tools } = useStrings();
  const { url, failed } = useContent(id);
  if (failed) return <p className="text-sm text-muted">{tools.fileGone(filename)}</p>;
  if (url === null) return <div className="h-24 w-40 rounded-md bg-well motion-safe:animate-pulse" />;
  return content_type.startsWith('audio/') ? (
    // oxlint-disable-next-line jsx-a11y/media-has-caption -- nobody has written down what is said in it
    <audio controls src={url} aria-label={filename} className="w-72 max-w-full" />
  ) : (
    <a href={url} target="_blank" rel="noreferrer" className="block">
      <img src={url} alt={filename} className="max-h-80 max-w-full rounded-md border border-line bg-well" />
    </a>
  );
}

/** Through the client: with a token instead of a cookie, an address alone shows nothing. */
function useContent(id: string): { url: string | null; failed: boolean } {
  const { client } = useServices();
  const [state, setState] = useState<{ url: string | null; failed: boolean }>({ url: null, failed: false });
  useEffect(() => {
    let url: string | null = null;
    const leave = new AbortController();
    client
      .open('GET', `/api/files/${id}/content`, { signal: leave.signal })
      .then((response) => response.blob())
      .then((blob) => {
        if (leave.signal.aborted) return;
        url = URL.createObjectURL(blob);
        setState({ url, failed: false });
      })
      .catch(() => !leave.signal.aborted && setState({ url: null, failed: true }));
    return () => {
      leave.abort();
      if (url) URL.revokeObjectURL(url);
    };
  }, [client, id]);
  return state;
}

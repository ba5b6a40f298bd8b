import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { ToolFile } from '../../../../../shared/api/tools.ts';
import { useContent } from '../../../app/use-content.ts';
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
  const { url, failed } = useContent(`/api/files/${id}/content`);
  const [gone, setGone] = useState(false);
  if (failed || gone) return <p className="text-sm text-muted">{tools.fileGone(filename)}</p>;
  if (url === null) return <div className="h-24 w-40 rounded-md bg-well motion-safe:animate-pulse" />;
  return content_type.startsWith('audio/') ? (
    // oxlint-disable-next-line jsx-a11y/media-has-caption -- nobody has written down what is said in it
    <audio controls src={url} aria-label={filename} onError={() => setGone(true)} className="w-72 max-w-full" />
  ) : (
    <Link to="/files/$fileId" params={{ fileId: id }} className="block">
      <img
        src={url}
        alt={filename}
        onError={() => setGone(true)}
        className="max-h-80 max-w-full rounded-md border border-line bg-well"
      />
    </Link>
  );
}

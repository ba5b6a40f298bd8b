import { Link } from '@tanstack/react-router';
import { CircleCheck, CircleSlash } from 'lucide-react';
import type { ImportItem } from '../../../../shared/api/chat-transfer.ts';
import { useStrings } from '../../lib/strings/index.ts';
import { countsOf, type Report } from './use-import.ts';

/** What became of an import: the sums, why it ended early if it did, and each conversation. */
export function ImportReport({ report: { items, sums, cancelled } }: { report: Report }) {
  const words = useStrings().data;
  const early = sums ? sums.stopped?.message : cancelled ? words.cancelled : words.lost;
  const beside = [
    sums && sums.files > 0 && words.filesCame(sums.files),
    sums && sums.ratings > 0 && words.ratingsCame(sums.ratings),
    sums && sums.files_unused > 0 && words.filesUnused(sums.files_unused),
  ].filter(Boolean);
  return (
    <div className="rounded-md border border-line bg-paper">
      <div className="px-3.5 py-2.5">
        <p className="font-semibold">{words.report(...countsOf(items))}</p>
        {early !== undefined && <p className="mt-0.5 text-warn">{words.endedEarly(early)}</p>}
        {beside.length > 0 && <p className="mt-0.5 text-sm text-muted">{beside.join(' ')}</p>}
      </div>
      {items.length > 0 && (
        <ul
          aria-label={words.reportList}
          tabIndex={0}
          className="max-h-72 divide-y divide-line overflow-y-auto border-t border-line"
        >
          {items.map((item, at) => (
            <Line key={at} item={item} />
          ))}
        </ul>
      )}
    </div>
  );
}

function Line({ item: { title, status, conversation_id: id, reason, left_out: missing } }: { item: ImportItem }) {
  const strings = useStrings();
  const words = strings.data;
  const taken = status === 'imported';
  const Icon = taken ? CircleCheck : CircleSlash;
  const name = title || strings.chat.untitled;
  return (
    <li className="flex items-start gap-2.5 px-3.5 py-2">
      <Icon
        size={16}
        role="img"
        aria-label={taken ? words.took : words.leftOut}
        className={taken ? 'mt-1 shrink-0 text-good' : 'mt-1 shrink-0 text-warn'}
      />
      <span className="min-w-0 flex-1 break-words">
        {id ? (
          <Link to="/c/$conversationId" params={{ conversationId: id }} className="underline underline-offset-4">
            {name}
          </Link>
        ) : (
          name
        )}
        {reason && <span className="block text-sm text-muted">{reason}</span>}
        {missing.length > 0 && (
          <span className="block text-sm text-muted">
            {words.missing(missing.map(({ kind, count }) => words.missingKinds[kind](count)))}
          </span>
        )}
      </span>
    </li>
  );
}

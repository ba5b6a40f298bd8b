import { Link } from '@tanstack/react-router';
import { CircleCheck, CircleSlash, Upload } from 'lucide-react';
import { useRef, useState } from 'react';
import type { ImportReply } from '../../../../shared/api/chat-transfer.ts';
import { useServices } from '../../app/services.ts';
import { Button } from '../../components/ui/button.tsx';
import { ProblemNotice } from '../../components/ui/notice.tsx';
import { refusalOf, type Refusal } from '../../lib/problem.ts';
import { useStrings } from '../../lib/strings/index.ts';
import { keys } from '../chat/cache.ts';

/** What the server takes at once. */
const MOST_BYTES = 50 * 1024 * 1024;

/** A file of conversations goes in, and what became of each comes out. */
export function ImportForm() {
  const words = useStrings().data;
  const { client, queries } = useServices();
  const input = useRef<HTMLInputElement>(null);
  const [busy, setBusy] = useState(false);
  const [unfit, setUnfit] = useState<string | null>(null);
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const [report, setReport] = useState<ImportReply | null>(null);

  async function take(file: File): Promise<void> {
    setUnfit(null);
    setRefusal(null);
    setReport(null);
    if (file.size > MOST_BYTES) return setUnfit(words.tooLarge);
    setBusy(true);
    try {
      const content: unknown = await file
        .text()
        .then(JSON.parse)
        .catch(() => null);
      if (typeof content !== 'object' || content === null) return setUnfit(words.notJson);
      setReport(await client.post<ImportReply>('/api/conversations/import', content));
      await queries.invalidateQueries({ queryKey: keys.lists });
    } catch (error) {
      setRefusal(refusalOf(error));
    } finally {
      setBusy(false);
    }
  }

  return (
    <div>
      <h3 className="text-base">{words.import}</h3>
      <p className="text-sm text-muted">{words.importText}</p>
      <div className="mt-2.5 space-y-3">
        <Button busy={busy} onClick={() => input.current?.click()}>
          <Upload size={16} aria-hidden className="text-muted" />
          {busy ? words.importing : words.choose}
        </Button>
        <input
          ref={input}
          type="file"
          accept=".json,application/json"
          hidden
          aria-label={words.choose}
          onChange={(event) => {
            const file = event.target.files?.[0];
            event.target.value = '';
            if (file) void take(file);
          }}
        />
        {unfit && (
          <p role="alert" className="rounded-md bg-danger-soft px-3.5 py-2.5 text-danger">
            {unfit}
          </p>
        )}
        {refusal && <ProblemNotice refusal={refusal} />}
        <div role="status">{report && <Report report={report} />}</div>
      </div>
    </div>
  );
}

function Report({ report: { imported, skipped, items } }: { report: ImportReply }) {
  const strings = useStrings();
  const words = strings.data;
  return (
    <div className="rounded-md border border-line bg-paper">
      <p className="px-3.5 py-2.5 font-semibold">{words.report(imported, skipped)}</p>
      {items.length > 0 && (
        <ul
          aria-label={words.reportList}
          tabIndex={0}
          className="max-h-72 divide-y divide-line overflow-y-auto border-t border-line"
        >
          {items.map(({ title, status, conversation_id: id, reason, left_out: missing }, at) => {
            const taken = status === 'imported';
            const Icon = taken ? CircleCheck : CircleSlash;
            const name = title || strings.chat.untitled;
            return (
              <li key={at} className="flex items-start gap-2.5 px-3.5 py-2">
                <Icon
                  size={16}
                  role="img"
                  aria-label={taken ? words.took : words.leftOut}
                  className={taken ? 'mt-1 shrink-0 text-good' : 'mt-1 shrink-0 text-warn'}
                />
                <span className="min-w-0 flex-1">
                  {id ? (
                    <Link
                      to="/c/$conversationId"
                      params={{ conversationId: id }}
                      className="underline underline-offset-4"
                    >
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
          })}
        </ul>
      )}
    </div>
  );
}

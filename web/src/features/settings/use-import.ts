import { useEffect, useRef, useState } from 'react';
import type { ImportEvent, ImportItem, ImportReply } from '../../../../shared/api/chat-transfer.ts';
import { useServices } from '../../app/services.ts';
import { refusalOf, type Refusal } from '../../lib/problem.ts';
import { readEvents } from '../../lib/stream.ts';
import { useStrings } from '../../lib/strings/index.ts';
import { keys } from '../chat/cache.ts';

/** What the server takes of JSON at once; of a ZIP it knows itself. */
const MOST_JSON_BYTES = 50 * 1024 * 1024;

export type Report = Pick<ImportReply, 'items'> & {
  /** Null: the import was cut off, and nobody says. */
  sums: Omit<ImportReply, 'items'> | null;
  /** By the person; otherwise the connection was lost. */
  cancelled: boolean;
};

type State =
  | { phase: 'rest' }
  /** `progress`: 0 to 1; null while the file is on its way. */
  | { phase: 'running'; progress: number | null; count: number }
  | { phase: 'unfit'; why: 'tooLarge' | 'noExport' }
  | { phase: 'refused'; refusal: Refusal }
  | { phase: 'over'; report: Report };

/** Of those that were taken, and of those that were not. */
export function countsOf(items: readonly ImportItem[]): [imported: number, skipped: number] {
  const imported = items.filter(({ status }) => status === 'imported').length;
  return [imported, items.length - imported];
}

/** One import at a time: the file goes up, and what became of each conversation comes back as it is settled. */
export function useImport() {
  const { client, queries, toasts } = useServices();
  const words = useStrings().data;
  const [state, setState] = useState<State>({ phase: 'rest' });
  const running = useRef<AbortController | null>(null);
  // It goes on while one looks at something else here; then its end is told where one is.
  const seen = useRef(true);
  useEffect(() => {
    seen.current = true;
    return () => {
      seen.current = false;
    };
  }, []);

  async function start(file: File): Promise<void> {
    if (running.current) return;
    const stop = new AbortController();
    running.current = stop;
    try {
      const end = await run(file, stop.signal);
      setState(end);
      if (!seen.current && end.phase === 'over') toasts.show({ text: words.report(...countsOf(end.report.items)) });
      if (!seen.current && end.phase === 'refused') toasts.show({ text: end.refusal.message, tone: 'danger' });
    } finally {
      running.current = null;
      await queries.invalidateQueries({ queryKey: keys.lists });
    }
  }

  async function run(file: File, signal: AbortSignal): Promise<State> {
    const head = await file.slice(0, 1024).text();
    const isZip = head.startsWith('PK');
    if (!isZip && !/^\s*[[{]/.test(head)) return { phase: 'unfit', why: 'noExport' };
    if (!isZip && file.size > MOST_JSON_BYTES) return { phase: 'unfit', why: 'tooLarge' };
    setState({ phase: 'running', progress: null, count: 0 });
    const items: ImportItem[] = [];
    let sums: Report['sums'] = null;
    try {
      const response = await client.open('POST', '/api/conversations/import', {
        body: new Blob([file], { type: isZip ? 'application/zip' : 'application/json' }),
        headers: { accept: 'text/event-stream' },
        signal,
      });
      await readEvents<ImportEvent>(response, ({ event, data }) => {
        if (event === 'done') sums = data;
        else {
          const { progress, ...item } = data;
          items.push(item);
          setState({ phase: 'running', progress, count: items.length });
        }
      });
    } catch (error) {
      if (items.length === 0)
        return signal.aborted ? { phase: 'rest' } : { phase: 'refused', refusal: refusalOf(error) };
    }
    return { phase: 'over', report: { items, sums, cancelled: signal.aborted } };
  }

  return { state, start, cancel: () => running.current?.abort() };
}

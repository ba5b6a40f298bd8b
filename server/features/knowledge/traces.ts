import type { AnswerTrace } from '../../../shared/api/traces.ts';
import { AppError } from '../../lib/errors.ts';
import type { Clock } from '../../lib/clock.ts';
import type { SearchScope } from '../../platform/search/driver.ts';
import type { PassageRepository } from './repository.ts';
import type { TraceRepository } from './trace-repository.ts';

type Item = Omit<AnswerTrace['items'][number], 'title' | 'text'>;
/** As it is kept: places alone, so that it says nothing to whoever may not read the files any more. */
export type Trace = Omit<AnswerTrace, 'items'> & {
  items: Item[];
  /** The files that were searched; null for all that the person could read. */
  scope: readonly string[] | null;
};

/** Those that were kept before a model could put what was found in order, or tokens were counted, say nothing of them. */
export function readTrace(text: string): Trace {
  const kept = JSON.parse(text) as Trace;
  return {
    ...kept,
    rerank: kept.rerank ?? null,
    items: kept.items.map((item) => ({ ...item, tokens: item.tokens ?? null, by_rerank: item.by_rerank ?? null })),
  };
}

/** First words of a passage that are shown. */
export const shownLetters = 160;

type Deps = {
  traces: TraceRepository;
  passages: Pick<PassageRepository, 'at' | 'sharedFiles'>;
  now: Clock;
};

/** What was looked at for each answer, for whoever got it. */
export function createTraces({ traces, passages, now }: Deps) {
  return {
    keep: (messageId: string, trace: Trace): Promise<void> =>
      traces.put({ message_id: messageId, trace: JSON.stringify(trace), created_at: now() }),

    /** Of an answer that belongs to this person. NOT_FOUND where nothing was searched for it. */
    async get(userId: string, messageId: string): Promise<AnswerTrace> {
      const row = await traces.find(messageId);
      if (!row) throw new AppError('NOT_FOUND', { message: 'Nothing was searched for this answer.' });
      const { scope: _scope, ...trace } = readTrace(row.trace);
      const byFile = Map.groupBy(trace.items, ({ file_id }) => file_id);
      const scope: SearchScope = {
        userId,
        shared: await passages.sharedFiles(userId, [...byFile.keys()]),
        fileIds: [...byFile.keys()],
      };
      const places = [...byFile].map(([file_id, of]) => ({ file_id, ordinals: of.map(({ ordinal }) => ordinal) }));
      const rows = new Map((await passages.at(scope, places)).map((each) => [`${each.file_id}:${each.ordinal}`, each]));
      return {
        ...trace,
        items: trace.items.map((item) => {
          const found = rows.get(`${item.file_id}:${item.ordinal}`);
          return { ...item, title: found?.filename ?? null, text: found?.text.slice(0, shownLetters) ?? null };
        }),
      };
    },
  };
}

import type { Passage } from '../../../shared/api/passages.ts';
import { AppError } from '../../lib/errors.ts';
import type { Logger } from '../../lib/logger.ts';
import { textOf } from '../../platform/llm/messages.ts';
import type { FileService } from '../files/service.ts';
import type { KnowledgeService } from '../knowledge/service.ts';
import type { Trace } from '../knowledge/traces.ts';
import type { WebService } from '../web/service.ts';
import type { Question } from './answer.ts';
import { wholeFilesRoom } from './context/window.ts';
import type { LiveGeneration } from './live-generation.ts';
import type { Showing } from './pictures.ts';

/** Passages put before a model; more only dilute the answer. */
const PASSAGE_LIMIT = 8;
/** How long an answer waits for the files it is to be about. */
const FILE_WAIT_MS = 60_000;

type Deps = {
  knowledge: Pick<KnowledgeService, 'select' | 'filesIn' | 'withinBudget' | 'traces'>;
  files: Pick<FileService, 'waitUntilReady'>;
  web: Pick<WebService, 'passages'>;
  showing: Pick<Showing, 'toRead'>;
  /** Tokens that files may take to go before a model as a whole. */
  wholeFiles(): Promise<number>;
  logger: Logger;
};

export type FindPassages = ReturnType<typeof createPassageFinder>;

/** What an answer is made from, and shown as its sources; how it was found is kept with the answer. */
export function createPassageFinder({ knowledge, files, web, showing, wholeFiles, logger }: Deps) {
  /** What the web, the attached files and collections, or for a grounded model all that the person may read, say about the question. */
  return async function findPassages(live: LiveGeneration, question: Question): Promise<Passage[]> {
    const { grounded } = question.model.provider;
    const found = await inFiles(live, question, await onTheWeb(live, question));
    live.signal.throwIfAborted();
    // Only what fits the prompt is a source, so that the numbers cited are those shown.
    if (!grounded && found.length) live.emit({ event: 'sources', data: { items: found } });
    return found;
  };

  async function onTheWeb(live: LiveGeneration, question: Question): Promise<Passage[]> {
    return question.webSearch ? web.passages(askedIn(question).at(-1) ?? '', PASSAGE_LIMIT, live.signal) : [];
  }

  /** After what was found on the web, as much as there is room for; a grounded model takes all of it. */
  async function inFiles(live: LiveGeneration, question: Question, onWeb: Passage[]): Promise<Passage[]> {
    const { model, collectionIds, background, webSearch } = question;
    const fileIds = await showing.toRead(live, question);
    const { grounded } = model.provider;
    const without = grounded ? onWeb : knowledge.withinBudget(onWeb);
    const named = fileIds.length > 0 || collectionIds.length > 0;
    const scope = background ?? { collectionIds: [], fileIds: [] };
    const scoped = named || scope.fileIds.length > 0 || scope.collectionIds.length > 0;
    if (!scoped && (!grounded || webSearch)) return without;
    if (fileIds.length) await readable(live, fileIds);
    const asked = askedIn(question);
    const filesIn = (ids: string[]) => knowledge.filesIn(live.userId, ids);
    const { matched, selection } = await knowledge.select(
      {
        userId: live.userId,
        ...(scoped && {
          fileIds: [...fileIds, ...scope.fileIds, ...(await filesIn([...collectionIds, ...scope.collectionIds]))],
        }),
        question: asked.at(-1) ?? '',
        previous: asked.at(-2),
        limit: grounded ? PASSAGE_LIMIT * 2 : PASSAGE_LIMIT,
      },
      {
        web: onWeb,
        unbounded: grounded,
        whole: wholeFilesRoom(question, await wholeFiles()),
      },
    );
    if (live.conversationId !== null) await keep(live, question, selection.trace);
    return (grounded || !named) && !matched ? without : selection.passages;
  }

  /** It hangs on the answer's record, which is being made meanwhile. The answer is whole without it. */
  async function keep(live: LiveGeneration, { record }: Question, trace: Trace): Promise<void> {
    try {
      await record;
      await knowledge.traces.keep(live.messageId, trace);
    } catch (error) {
      logger.warn({ err: error, generation_id: live.id }, 'how an answer was found was not kept');
    }
  }

  async function readable(live: LiveGeneration, fileIds: readonly string[]): Promise<void> {
    const rows = await files.waitUntilReady(live.userId, fileIds, live.signal, FILE_WAIT_MS);
    if (rows.some(({ status }) => status === 'ready')) return;
    const [row] = rows;
    if (row?.status === 'failed') {
      throw new AppError('FILE_UNREADABLE', {
        message: `“${row.filename}” could not be read. ${row.status_detail ?? ''}`.trim(),
      });
    }
    throw new AppError('FILE_UNREADABLE', {
      message: 'The attached files are still being read. Ask again in a minute.',
    });
  }
}

const askedIn = ({ history }: Question): string[] => history.filter(({ role }) => role === 'user').map(textOf);

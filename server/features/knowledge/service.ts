import { setImmediate } from 'node:timers/promises';
import type { Kysely } from 'kysely';
import type { QuestionRun } from '../../../shared/api/saved-questions.ts';
import type { Box } from '../../../shared/api/citations.ts';
import type { Clock } from '../../lib/clock.ts';
import type { DB, Passages } from '../../db/schema.ts';
import type { Engine } from '../../db/dialect.ts';
import { createTransactor, type InTransaction } from '../../db/transaction.ts';
import { newId } from '../../lib/ids.ts';
import { leansOnPrevious } from '../../lib/text/follow-up.ts';
import { detectLanguage } from '../../lib/text/language.ts';
import type { Language } from '../../lib/text/stop-words.ts';
import { analyse } from '../../lib/text/terms.ts';
import { estimateTokens } from '../../lib/text/tokens.ts';
import type { ExtractedPage } from '../../platform/extract/driver.ts';
import type { SearchScope, TermIndex } from '../../platform/search/driver.ts';
import { createVerifier } from './citations.ts';
import { chunkPage, type Chunk } from './chunking.ts';
import { contextFor, withinBudget } from './context.ts';
import { createPage } from './places.ts';
import { createPreview } from './preview.ts';
import type { Rerank } from './reordering.ts';
import { createPassageRepository } from './repository.ts';
import { createQuestionRepository } from './question-repository.ts';
import { createQuestionRuns } from './question-runs.ts';
import { createSavedQuestions, type FindAgain } from './saved-questions.ts';
import { createSelector, type Beside } from './selection.ts';
import { createTraceRepository } from './trace-repository.ts';
import { createTraces } from './traces.ts';
import { createRetriever, type Retrieval, type SearchMeaning } from './retrieval.ts';

export type RetrieveQuery = {
  userId: string;
  /** Only in these, as far as the person may read them; absent, in all that they may read. */
  fileIds?: readonly string[] | undefined;
  /** Natural language, any. */
  question: string;
  /** What was asked before it; drawn on only where the question leans on it ("and on page 12?"). */
  previous?: string | undefined;
  limit: number;
};

type Deps = {
  db: Kysely<DB>;
  engine: Engine;
  inTransaction?: InTransaction;
  /** What is searched is read through this; absent, through `db`. */
  reader?: Kysely<DB>;
  /** The full-text index on a connection: the database, or a transaction in it. */
  index: (db: Kysely<DB>) => TermIndex;
  /** Absent: words alone are searched for. */
  meaning?: SearchMeaning;
  /** Absent: what was found stands as it is. */
  rerank?: Rerank;
  /** The models that take part in finding, for who compares one time with another. */
  setup?: () => Promise<QuestionRun['setup']>;
  /** Told when a file has new passages, or none any more. */
  onChange?: (fileId: string) => Promise<void>;
  now?: Clock;
};

const noModels = () => Promise.resolve({ embedding: null, rerank: null });

type Indexed = { passage: Passages & { tokens: number }; terms: string[] };

/** What the files say: cuts their pages into passages, keeps them searchable, finds those that answer a question. */
export function createKnowledgeService({
  db,
  engine,
  inTransaction = createTransactor({ db }),
  reader = db,
  index,
  meaning,
  rerank,
  setup = noModels,
  onChange,
  now = Date.now,
}: Deps) {
  const passages = createPassageRepository(db);
  const searched = createPassageRepository(reader);
  const retrieve = createRetriever({ passages: searched, index: index(reader), meaning, rerank });
  const select = createSelector(searched);
  const traces = createTraceRepository(db, engine);
  const scopeOf = async (userId: string, fileIds?: readonly string[]): Promise<SearchScope> => ({
    userId,
    shared: await passages.sharedFiles(userId, fileIds),
    fileIds,
  });

  const questions = createQuestionRepository(db, engine);
  const find: FindAgain = async (userId, { scope, question }, limit, signal) => {
    const found = await retrieve(await scopeOf(userId, scope ?? undefined), question, limit, signal);
    return {
      considered: found.considered,
      without: [
        ...(found.meaningFailed ? (['embedding'] as const) : []),
        ...(found.rerank?.used === false ? (['rerank'] as const) : []),
      ],
    };
  };
  const saved = createSavedQuestions({ traces, questions, find });

  return {
    /** Puts these pages in the place of whatever the file had before, all or nothing. The file's row must be there. */
    async replace(file: { id: string; user_id: string }, pages: readonly ExtractedPage[]): Promise<{ count: number }> {
      const rows = await analysePages(file, pages);
      await db.transaction().execute(async (tx) => {
        await index(tx).removeFile(file.id);
        const inside = createPassageRepository(tx);
        await inside.removeFile(file.id);
        await inside.insert(rows.map(({ passage }) => passage));
        await inside.keepCounts(file.id, {
          passages: rows.length,
          tokens: rows.reduce((sum, { passage }) => sum + passage.tokens, 0),
        });
        await inside.insertLayouts(file.id, pages);
        await index(tx).add(
          rows.map(({ passage, terms }) => ({
            passage_id: passage.id,
            file_id: file.id,
            user_id: file.user_id,
            terms,
          })),
        );
      });
      await onChange?.(file.id);
      return { count: rows.length };
    },

    /** Nothing of the file is found from now on. Silent about a file that has nothing. */
    async removeFile(fileId: string): Promise<void> {
      await db.transaction().execute(async (tx) => {
        await index(tx).removeFile(fileId);
        const inside = createPassageRepository(tx);
        await inside.removeFile(fileId);
        await inside.keepCounts(fileId, { passages: 0, tokens: 0 });
      });
      await onChange?.(fileId);
    },

    /**
     * The file's passages in reading order, all or a part of them; or those of one page, and where they stand on it. Whether
     * the caller may see the file is checked before.
     */
    async list(
      fileId: string,
      which: { page?: number; after?: number; limit?: number } = {},
    ): Promise<(Passages & { boxes?: Box[] })[]> {
      const { page } = which;
      const rows = await passages.list(fileId, which);
      if (page === undefined) return rows;
      const { boxesOf } = createPage(await passages.layout(fileId, page));
      return rows.map((row) => ({ ...row, boxes: boxesOf(row.text) }));
    },

    /** Which words of an answer's sources it quotes, and whether they stand there. */
    verify: createVerifier({ passages }),

    /**
     * The passages that say most about a question, best first, at most `limit`; scores from 0 to 1 within this answer.
     * A question without a subject ("summarise this") gets the files' openings, or the pages that it names. `matched` is
     * false where nothing has a word of the question: then `passages` are the openings of `fileIds`, or empty without them.
     */
    async retrieve({ userId, fileIds, question, previous, limit }: RetrieveQuery): Promise<Retrieval> {
      return retrieve(await scopeOf(userId, fileIds), fullQuestion(question, previous), limit);
    },

    /** The same after the passages of the web: as much as goes before a model, or all of it, or the files as a whole; and the account of it. */
    async select({ userId, fileIds, question, previous, limit }: RetrieveQuery, beside: Beside) {
      const [scope, asked] = [await scopeOf(userId, fileIds), fullQuestion(question, previous)];
      const found = await retrieve(scope, asked, limit);
      return { matched: found.matched, selection: await select(scope, asked, found, beside) };
    },

    traces: createTraces({ traces, passages, now }),

    /** Questions whose answers were rated down, asked again. */
    saved,
    questions: createQuestionRuns({
      traces,
      questions,
      engine,
      inTransaction,
      passages,
      scopeOf,
      find,
      check: saved.check,
      setup,
      now,
    }),

    preview: createPreview({ passages, scopeOf, retrieve }),

    /** The files of these collections, as far as the person may read them now. */
    filesIn: passages.filesIn,

    /** Whether a file of somebody else is in a collection that this person may read. */
    mayRead: async (userId: string, fileId: string): Promise<boolean> =>
      (await passages.sharedFiles(userId, [fileId])).length > 0,

    contextFor,
    withinBudget,
  };
}
export type KnowledgeService = ReturnType<typeof createKnowledgeService>;

const fullQuestion = (question: string, previous: string | undefined): string =>
  previous !== undefined && leansOnPrevious(question) ? `${question}\n${previous}` : question;

/** Reads page by page and lets others run in between: a book takes seconds. */
async function analysePages(
  file: { id: string; user_id: string },
  pages: readonly ExtractedPage[],
): Promise<Indexed[]> {
  const usual = detectLanguage(
    pages
      .slice(0, 20)
      .map(({ text }) => text.slice(0, 1_000))
      .join('\n'),
  );
  const rows: Indexed[] = [];
  let heading: string | null = null;
  for (const page of pages.flatMap(portions)) {
    const cut = chunkPage(page, heading);
    heading = cut.heading;
    for (const chunk of cut.chunks) {
      const passage = {
        id: newId(),
        file_id: file.id,
        user_id: file.user_id,
        ordinal: rows.length,
        page: chunk.page,
        text: chunk.text,
        tokens: estimateTokens(chunk.text),
      };
      rows.push({ passage, terms: termsOf(chunk, usual) });
    }
    await setImmediate();
  }
  return rows;
}

function termsOf({ heading, text }: Chunk, usual: Language | null): string[] {
  const language = detectLanguage(text) ?? usual;
  return [heading, text].flatMap((part) => (part ? analyse(part, language).map(({ term }) => term) : []));
}

/** Characters cut into passages at one go. */
const portion = 50_000;

/** A text without pages is read in portions, cut at an empty line, a line's end, a space, or where it has to be. */
function portions({ page, text }: ExtractedPage): ExtractedPage[] {
  const parts: ExtractedPage[] = [];
  let at = 0;
  while (text.length - at > portion) {
    const piece = text.slice(at, at + portion);
    const cut =
      ['\n\n', '\n', ' '].map((mark) => piece.lastIndexOf(mark)).find((found) => found > portion / 2) ?? portion;
    parts.push({ page, text: piece.slice(0, cut) });
    at += cut;
  }
  return [...parts, { page, text: text.slice(at) }];
}

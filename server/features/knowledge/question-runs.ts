import type {
  QuestionCheck,
  QuestionRun,
  QuestionRunDetail,
  QuestionsSummary,
  SavedQuestion,
  SavedQuestionDetail,
} from '../../../shared/api/saved-questions.ts';
import type { Engine } from '../../db/dialect.ts';
import type { QuestionRuns } from '../../db/knowledge-tables.ts';
import type { InTransaction } from '../../db/transaction.ts';
import { toIso, type Clock } from '../../lib/clock.ts';
import { AppError } from '../../lib/errors.ts';
import { newId } from '../../lib/ids.ts';
import type { SearchScope } from '../../platform/search/driver.ts';
import type { PassageRepository } from './repository.ts';
import { createQuestionRepository, type QuestionRepository } from './question-repository.ts';
import { foundIn, givenIn, placeOf, totalsOf, usual, type FindAgain } from './saved-questions.ts';
import type { TraceRepository } from './trace-repository.ts';
import { readTrace, shownLetters, type Trace } from './traces.ts';

/** Of one person, or of the admins; older ones go. */
const mostRuns = 20;
const mostQuestions = 1_000;

type Deps = {
  traces: Pick<TraceRepository, 'disliked'>;
  questions: QuestionRepository;
  engine: Engine;
  inTransaction: InTransaction;
  passages: Pick<PassageRepository, 'at'>;
  scopeOf(userId: string, fileIds?: readonly string[]): Promise<SearchScope>;
  find: FindAgain;
  check(userId: string | null, signal: AbortSignal): Promise<QuestionCheck[]>;
  /** The models that are chosen now. */
  setup(): Promise<QuestionRun['setup']>;
  now: Clock;
};

/** What every run has kept. */
type Sums = Omit<QuestionsSummary, 'without_embedding' | 'without_rerank'>;

type Place = { file_id: string; ordinal: number };
const parsed = (place: string): Place => {
  const [file_id = '', ordinal] = place.split(':');
  return { file_id, ordinal: Number(ordinal) };
};

/** Saved questions for their owners: what should be found for each, and run after run whether it is. */
export function createQuestionRuns(deps: Deps) {
  const { traces, questions, engine, inTransaction, passages, scopeOf, find, check, setup, now } = deps;

  /** NOT_FOUND for an answer that this person did not rate down. */
  async function saved(userId: string, messageId: string) {
    const row = (await traces.disliked(userId, mostQuestions)).find(({ message_id }) => message_id === messageId);
    if (!row) throw new AppError('NOT_FOUND', { message: 'There is no such saved question.' });
    return { row, trace: readTrace(row.trace) };
  }

  const expectedOf = async (userId: string, messageId: string): Promise<string[]> =>
    JSON.parse((await questions.expectations(userId)).get(messageId) ?? '[]') as string[];

  const present = (row: { message_id: string; created_at: number }, trace: Trace, expected: number): SavedQuestion => ({
    message_id: row.message_id,
    question: trace.question,
    asked_at: toIso(Number(row.created_at)),
    before: foundIn(trace).length,
    expected,
  });

  async function rowsAt(userId: string, places: readonly Place[]) {
    const byFile = Map.groupBy(places, ({ file_id }) => file_id);
    const scope = await scopeOf(userId, [...byFile.keys()]);
    const wanted = [...byFile].map(([file_id, of]) => ({ file_id, ordinals: of.map(({ ordinal }) => ordinal) }));
    return new Map((await passages.at(scope, wanted)).map((row) => [placeOf(row), row]));
  }

  async function detail(userId: string, messageId: string): Promise<SavedQuestionDetail> {
    const { row, trace } = await saved(userId, messageId);
    const then = foundIn(trace);
    const now = givenIn((await find(userId, trace, Math.max(then.length, usual))).considered);
    const expected = await expectedOf(userId, messageId);
    const all = [...new Set([...now, ...then, ...expected, ...trace.items.map(placeOf)])].slice(0, 40).map(parsed);
    const rows = await rowsAt(userId, all);
    const rank = (list: readonly string[], place: string): number | null => list.indexOf(place) + 1 || null;
    return {
      ...present(row, trace, expected.length),
      candidates: all.map((place) => {
        const found = rows.get(placeOf(place));
        return {
          ...place,
          page: found?.page ?? null,
          title: found?.filename ?? null,
          text: found?.text.slice(0, shownLetters * 2) ?? null,
          was: rank(then, placeOf(place)),
          is: rank(now, placeOf(place)),
          expected: expected.includes(placeOf(place)),
        };
      }),
    };
  }

  const presentRun = ({ id, created_at, setup: models, totals }: QuestionRuns): QuestionRun => ({
    id,
    created_at: toIso(Number(created_at)),
    setup: JSON.parse(models) as QuestionRun['setup'],
    // Runs that were kept before models could be missing from them say nothing of it.
    totals: { without_embedding: 0, without_rerank: 0, ...(JSON.parse(totals) as Sums) },
  });

  return {
    async list(userId: string): Promise<SavedQuestion[]> {
      const expectations = await questions.expectations(userId);
      return (await traces.disliked(userId, mostQuestions)).map((row) => {
        const expected = JSON.parse(expectations.get(row.message_id) ?? '[]') as string[];
        return present(row, readTrace(row.trace), expected.length);
      });
    },

    detail,

    /** Passages that should be found for it: such as the person may read. FILE_NOT_FOUND for others. */
    async expect(userId: string, messageId: string, places: readonly Place[]): Promise<SavedQuestionDetail> {
      await saved(userId, messageId);
      const rows = await rowsAt(userId, places);
      if (places.some((place) => !rows.has(placeOf(place)))) throw new AppError('FILE_NOT_FOUND');
      await questions.expect(messageId, JSON.stringify([...new Set(places.map(placeOf))]), now());
      return detail(userId, messageId);
    },

    /** Asks all of a person's questions again, or everybody's, and keeps what came of it. Ends with the signal, and keeps nothing then. */
    async run(userId: string | null, signal: AbortSignal): Promise<QuestionRunDetail> {
      const asked = await check(userId, signal);
      const models = JSON.stringify(await setup());
      const { row, kept } = await inTransaction(async (tx) => {
        const inside = createQuestionRepository(tx, engine);
        // Whoever deletes a conversation while its questions are asked wants nothing of it kept.
        const there = await inside.existing(asked.map(({ message_id: id }) => id));
        const items = asked.filter(({ message_id: id }) => there.has(id));
        const run: QuestionRuns = {
          id: newId(),
          user_id: userId,
          setup: models,
          totals: JSON.stringify(totalsOf(items)),
          created_at: now(),
        };
        // What people asked stays theirs: of everybody's the sums alone are kept.
        const theirs = userId === null ? [] : items;
        await inside.keep(
          run,
          theirs.map((item) => ({ run_id: run.id, message_id: item.message_id, result: JSON.stringify(item) })),
        );
        return { row: run, kept: theirs };
      });
      const old = (await questions.runs(userId, mostRuns * 2)).slice(mostRuns);
      await questions.remove(old.map(({ id }) => id));
      return { ...presentRun(row), items: kept };
    },

    runs: async (userId: string | null): Promise<QuestionRun[]> =>
      (await questions.runs(userId, mostRuns)).map(presentRun),

    /** NOT_FOUND for one that is not this person's. */
    async one(userId: string, id: string): Promise<QuestionRunDetail> {
      const row = await questions.run(id);
      if (row?.user_id !== userId) throw new AppError('NOT_FOUND', { message: 'There is no such run.' });
      const items = (await questions.results(id)).map(({ result }) => ({
        without: [],
        ...(JSON.parse(result) as Omit<QuestionCheck, 'without'>),
      }));
      return { ...presentRun(row), items };
    },
  };
}

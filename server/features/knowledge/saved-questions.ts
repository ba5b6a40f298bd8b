import type { QuestionCheck, QuestionsSummary } from '../../../shared/api/saved-questions.ts';
import { AppError } from '../../lib/errors.ts';
import type { QuestionRepository } from './question-repository.ts';
import type { Considered } from './retrieval.ts';
import type { TraceRepository } from './trace-repository.ts';
import { readTrace, type Trace } from './traces.ts';

/** Asked again with room for as many passages as then, and for this many at least. */
export const usual = 8;
/** Questions of one run. */
const mostQuestions = 1_000;

type Deps = {
  traces: Pick<TraceRepository, 'disliked'>;
  questions: Pick<QuestionRepository, 'expectations'>;
  find: FindAgain;
};

/** Searches as this person may now; `without`: the models that are chosen and did not take part, as they were away or too slow. */
export type FindAgain = (
  userId: string,
  trace: Trace,
  limit: number,
  signal?: AbortSignal,
) => Promise<{ considered: readonly Considered[]; without: QuestionCheck['without'] }>;

export const placeOf = ({ file_id, ordinal }: { file_id: string; ordinal: number }): string => `${file_id}:${ordinal}`;

/** Where the passages stand that were given, in their order. */
export const givenIn = (items: readonly { file_id: string; ordinal: number; outcome: string }[]): string[] =>
  items.filter(({ outcome }) => outcome === 'given').map(placeOf);

/** The same of a trace; where files went as a whole, what was found in them. */
export const foundIn = ({ way, items }: Trace): string[] =>
  givenIn(
    way === 'whole'
      ? items.filter(({ by_words, by_meaning }) => by_words !== null || by_meaning !== null).slice(0, usual)
      : items,
  );

/** Questions whose answers were rated down, asked again after a change of models or settings: do they find something else now? */
export function createSavedQuestions({ traces, questions, find }: Deps) {
  /** By person; null: everybody's. */
  const running = new Set<string | null>();

  /** One person's, or everybody's; newest first. Ends with the signal. CONFLICT while the same are being asked already. */
  async function check(userId: string | null, signal: AbortSignal): Promise<QuestionCheck[]> {
    if (running.has(userId))
      throw new AppError('CONFLICT', {
        message: 'These questions are being asked already. Wait until that has ended, and try again.',
      });
    running.add(userId);
    try {
      return await askAll(userId, signal);
    } finally {
      running.delete(userId);
    }
  }

  async function askAll(userId: string | null, signal: AbortSignal): Promise<QuestionCheck[]> {
    const expectations = await questions.expectations(userId);
    const checks: QuestionCheck[] = [];
    for (const row of await traces.disliked(userId, mostQuestions)) {
      const trace = readTrace(row.trace);
      const before = foundIn(trace);
      const { considered, without } = await find(row.user_id, trace, Math.max(before.length, usual), signal);
      signal.throwIfAborted();
      const found = givenIn(considered);
      const now = found.slice(0, before.length || usual);
      const still = now.filter((place) => before.includes(place)).length;
      const expected = JSON.parse(expectations.get(row.message_id) ?? '[]') as string[];
      const first = found.findIndex((place) => expected.includes(place));
      checks.push({
        message_id: row.message_id,
        question: trace.question,
        before: before.length,
        still,
        came: now.length - still,
        same_best: before[0] === now[0],
        expected: expected.length,
        recalled: expected.filter((place) => found.includes(place)).length,
        first: first === -1 ? null : first + 1,
        without,
      });
    }
    return checks;
  }

  return {
    check,

    /** Whoever runs the server sees that questions find something else, and not what people asked. */
    summary: async (signal: AbortSignal): Promise<QuestionsSummary> => totalsOf(await check(null, signal)),
  };
}

const rounded = (value: number): number => Math.round(value * 1_000) / 1_000;

export function totalsOf(checks: readonly QuestionCheck[]): QuestionsSummary {
  const count = (of: (one: QuestionCheck) => boolean): number => checks.filter(of).length;
  const judged = checks.filter(({ expected }) => expected > 0);
  const mean = (of: (one: QuestionCheck) => number): number | null =>
    judged.length === 0 ? null : rounded(judged.reduce((sum, one) => sum + of(one), 0) / judged.length);
  return {
    questions: checks.length,
    unchanged: count(({ before, still, came }) => still === before && came === 0),
    same_best: count((one) => one.same_best),
    newly_found: count(({ before, came }) => before === 0 && came > 0),
    lost: count(({ before, still, came }) => before > 0 && still + came === 0),
    with_expected: judged.length,
    recall: mean(({ recalled, expected }) => recalled / expected),
    mrr: mean(({ first }) => (first === null ? 0 : 1 / first)),
    without_embedding: count(({ without }) => without.includes('embedding')),
    without_rerank: count(({ without }) => without.includes('rerank')),
  };
}

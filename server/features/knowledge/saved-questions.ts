import type { QuestionCheck, QuestionsSummary } from '../../../shared/api/saved-questions.ts';
import type { Considered } from './retrieval.ts';
import type { TraceRepository } from './trace-repository.ts';
import { readTrace, type Trace } from './traces.ts';

/** Asked again with room for as many passages as then, and for this many where nothing was found. */
const usual = 8;
/** Questions of one run. */
const mostQuestions = 1_000;

type Deps = {
  traces: Pick<TraceRepository, 'disliked'>;
  /** Searches as this person may now. */
  find(userId: string, trace: Trace, limit: number): Promise<readonly Considered[]>;
};

const placesOf = (items: readonly { file_id: string; ordinal: number; outcome: string }[]): string[] =>
  items.filter(({ outcome }) => outcome === 'given').map(({ file_id, ordinal }) => `${file_id}:${ordinal}`);

/** Questions whose answers were rated down, asked again after a change of models or settings: do they find something else now? */
export function createSavedQuestions({ traces, find }: Deps) {
  /** One person's, or everybody's; newest first. */
  async function check(userId: string | null): Promise<QuestionCheck[]> {
    const checks: QuestionCheck[] = [];
    for (const row of await traces.disliked(userId, mostQuestions)) {
      const trace = readTrace(row.trace);
      const before = placesOf(trace.items);
      const now = placesOf(await find(row.user_id, trace, before.length || usual));
      const still = now.filter((place) => before.includes(place)).length;
      checks.push({
        message_id: row.message_id,
        question: trace.question,
        before: before.length,
        still,
        came: now.length - still,
        same_best: before[0] === now[0],
      });
    }
    return checks;
  }

  return {
    ofPerson: (userId: string): Promise<QuestionCheck[]> => check(userId),

    /** Whoever runs the server sees that questions find something else, and not what people asked. */
    async summary(): Promise<QuestionsSummary> {
      const checks = await check(null);
      const count = (of: (one: QuestionCheck) => boolean): number => checks.filter(of).length;
      return {
        questions: checks.length,
        unchanged: count(({ before, still, came }) => still === before && came === 0),
        same_best: count((one) => one.same_best),
        newly_found: count(({ before, came }) => before === 0 && came > 0),
        lost: count(({ before, still, came }) => before > 0 && still + came === 0),
      };
    },
  };
}

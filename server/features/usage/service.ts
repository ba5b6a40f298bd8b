import type { Kysely } from 'kysely';
import type { UsageGroup, UsageReport } from '../../../shared/api/usage.ts';
import type { DB } from '../../db/schema.ts';
import { days, toIso, type Clock } from '../../lib/clock.ts';
import { invalidField } from '../../lib/errors.ts';
import { createUsageRepository, type Counts } from './repository.ts';

type Asked = {
  from?: string | undefined;
  to?: string | undefined;
  model?: string | undefined;
  group_by: UsageGroup;
};

const USUAL_DAYS = 30;
const MOST_DAYS = 366;
const MOST_ITEMS = 100;

export type UsageService = ReturnType<typeof createUsageService>;

const withTotal = <T extends Counts>(row: T) => ({ ...row, total_tokens: row.prompt_tokens + row.completion_tokens });

type Deps = {
  db: Kysely<DB>;
  /** Resolves when what was used until now is stored. */
  upToDate(): Promise<void>;
  now: Clock;
};

/** What was used by whom, of which model, on which day. */
export function createUsageService({ db, upToDate, now }: Deps) {
  const repository = createUsageRepository(db);

  /** VALIDATION_FAILED for more than a year at once, and for an end before its beginning. */
  function rangeOf({ from, to }: Asked): { from: string; to: string } {
    const end = to ?? toIso(now()).slice(0, 10);
    const begin = from ?? toIso(Date.parse(end) - days(USUAL_DAYS - 1)).slice(0, 10);
    const length = (Date.parse(end) - Date.parse(begin)) / days(1) + 1;
    if (length < 1) throw invalidField('to', 'The last day cannot come before the first.');
    if (length > MOST_DAYS) throw invalidField('from', `Ask for ${MOST_DAYS} days at most.`);
    return { from: begin, to: end };
  }

  return {
    /** Of one person, or of all. */
    async report(asked: Asked, userId?: string): Promise<UsageReport> {
      const range = rangeOf(asked);
      await upToDate();
      const filter = { ...range, userId, model: asked.model };
      const items = {
        day: () => repository.byDay(filter),
        model: () => repository.byModel(filter, MOST_ITEMS),
        user: () => repository.byUser(filter, MOST_ITEMS),
      }[asked.group_by];
      return {
        ...range,
        totals: withTotal(await repository.totals(filter)),
        items: (await items()).map(withTotal),
        next_cursor: null,
      };
    },
  };
}

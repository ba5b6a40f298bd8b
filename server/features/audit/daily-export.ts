import { Readable } from 'node:stream';
import type { AuditEntry } from '../../../shared/api/audit.ts';
import { days, toIso, type Clock } from '../../lib/clock.ts';
import type { ObjectStore } from '../../platform/storage/driver.ts';
import { exportLines } from './export.ts';
import type { AuditFilter } from './repository.ts';

/** How many days are looked back on for one that was missed. */
const LOOK_BACK = 31;

type Deps = {
  store: Pick<ObjectStore, 'put' | 'list'>;
  entries: (filter: AuditFilter) => AsyncIterable<AuditEntry>;
  now: Clock;
};

const keyOf = (day: number): string => `audit/${toIso(day).slice(0, 10)}.jsonl`;

/**
 * Copies each day (UTC) that is over into the object store, one object a day, as `audit/2030-01-31.jsonl`. A day that is
 * there already stays as it is, one without entries has no object, and days that were missed are made up for.
 */
export const createDailyExport =
  ({ store, entries, now }: Deps) =>
  async (): Promise<void> => {
    const there = new Set<string>();
    for await (const key of store.list('audit/')) there.add(key);
    const today = Math.floor(now() / days(1)) * days(1);
    for (let back = LOOK_BACK; back >= 1; back -= 1) {
      const day = today - days(back);
      if (there.has(keyOf(day))) continue;
      const lines = exportLines(entries({ from: day, to: day + days(1) }), 'jsonl');
      const first = await lines.next();
      if (first.done) continue;
      const body = Readable.from(bytesOf(first.value, lines), { objectMode: false });
      await store.put(keyOf(day), body, { maxBytes: Number.MAX_SAFE_INTEGER });
    }
  };

/** The store takes bytes. */
async function* bytesOf(first: string, rest: AsyncIterable<string>): AsyncGenerator<Buffer> {
  yield Buffer.from(first);
  for await (const line of rest) yield Buffer.from(line);
}

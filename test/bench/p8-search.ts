import type { Machine } from './machine.ts';
import type { Options } from './options.ts';
import { asker, times } from './p6-ask.ts';
import { libraries, type Library } from './p6-library.ts';
import type { Figure, Row } from './report.ts';
import { median, percentile } from './stats.ts';

const LOOP_MS = 20;
const QUESTIONS = 100;
/** Words of p6-fill.ts, by how many messages have them, and what an answer may take. */
const questions = [
  { name: 'that nobody said', q: 'unheard', limit: 10 },
  { name: 'that is rare', q: 'needlex', limit: 10 },
  { name: 'that is in one of 400', q: 'w1000x', limit: 60 },
  { name: 'that is in one of 40', q: 'w100x', limit: 60 },
  { name: 'and another, both common', q: 'w5x w9x', limit: 60 },
  { name: 'that is nearly everywhere', q: 'w1x', limit: 100 },
  { name: 'that is nearly everywhere, in no folder that there is', q: `w1x&folder=${crypto.randomUUID()}`, limit: 100 },
] as const;

/** A search of all that was said, and what others wait for meanwhile. */
export async function messageSearch(machine: Machine, options: Options): Promise<Row[]> {
  const rows: Row[] = [];
  for (const library of await libraries(machine, options)) rows.push(...(await rowsOf(library)));
  return rows;
}

async function rowsOf({ engine, messages, isLargest, open }: Library): Promise<Row[]> {
  await using carrel = await open();
  const search = (q: string) =>
    asker(`${carrel.url}/api/conversations/search?limit=20&q=${q.replace(' ', '+')}`, carrel.big);
  const works = Object.fromEntries(questions.map(({ name, q }) => [name, search(q)]));
  const all = await times(QUESTIONS, works, carrel.clock);
  const figure = (what: string, value: number, limit?: number): Figure => ({
    id: 'P8',
    what,
    unit: 'ms',
    rounds: [value],
    ...(limit !== undefined && { limit }),
  });
  const told = questions.flatMap(({ name, limit }) => {
    const { ms, all: worked, loop } = all[name] ?? { ms: [], all: [], loop: [] };
    const what = `${engine}, ${messages.toLocaleString('en')} messages: a word ${name}`;
    return isLargest
      ? [
          figure(`${what}, p95`, percentile(ms, 0.95), limit),
          figure('  p50', median(ms)),
          figure('  of it processors worked, p95', percentile(worked, 0.95)),
          figure('  and of that the event loop, p99', percentile(loop, 0.99)),
        ]
      : [figure(`${what}: processors worked, p50`, median(worked))];
  });
  if (!isLargest) return told;

  // What costs the server nothing itself waits for its event loop alone.
  const version = asker(`${carrel.url}/api/version`, carrel.big);
  const meanwhile = await whileBusy(version, Object.values(works));
  const alone = await times(QUESTIONS, { version }, carrel.clock);
  return [
    ...told,
    {
      ...figure('another’s request meanwhile, p99', percentile(meanwhile, 0.99), LOOP_MS),
      peer: `${percentile(alone.version.ms, 0.99).toFixed(1)} ms without`,
    },
  ];
}

/** Milliseconds of each request for as long as others ask for more. */
async function whileBusy(
  request: () => Promise<unknown>,
  others: readonly (() => Promise<unknown>)[],
): Promise<number[]> {
  const taken: number[] = [];
  const over = new AbortController();
  const asking = (async () => {
    while (!over.signal.aborted) {
      const startedAt = performance.now();
      await request();
      taken.push(performance.now() - startedAt);
    }
  })();
  for (let turn = 0; turn < QUESTIONS; turn += 1) await others[turn % others.length]?.();
  over.abort();
  await asking;
  return taken;
}

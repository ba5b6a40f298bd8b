import type { Machine } from './machine.ts';
import type { Options } from './options.ts';
import { ask, times } from './p6-ask.ts';
import { libraries, type Library } from './p6-library.ts';
import type { Figure, Row } from './report.ts';
import { median, percentile } from './stats.ts';

const LOOP_MS = 20;
const QUESTIONS = 100;
/** Words of p6-fill.ts, by how many messages have them, and what an answer may take. */
const questions = [
  { name: 'rare', q: 'needlex', limit: 10 },
  { name: 'middling', q: 'w100x', limit: 60 },
  { name: 'two that are common', q: 'w5x w9x', limit: 60 },
  { name: 'the worst', q: 'w1x', limit: 100 },
] as const;

/** A search of all that was said, and what others wait for meanwhile. */
export async function messageSearch(machine: Machine, options: Options): Promise<Row[]> {
  const rows: Row[] = [];
  for (const library of await libraries(machine, options)) rows.push(...(await rowsOf(library)));
  return rows;
}

async function rowsOf({ engine, messages, open }: Library): Promise<Row[]> {
  await using carrel = await open();
  const search = (q: string) => () =>
    ask(`${carrel.url}/api/conversations/search?q=${encodeURIComponent(q)}&limit=20`, carrel.big);
  const all = await times(QUESTIONS, Object.fromEntries(questions.map(({ name, q }) => [name, search(q)])));
  // What costs the server nothing itself waits for its event loop alone.
  const meanwhile: number[] = [];
  const over = new AbortController();
  const others = (async () => {
    while (!over.signal.aborted) {
      const startedAt = performance.now();
      await ask(`${carrel.url}/api/version`, carrel.big);
      meanwhile.push(performance.now() - startedAt);
    }
  })();
  for (let turn = 0; turn < QUESTIONS; turn += 1) await search(questions[turn % questions.length]?.q ?? '')();
  over.abort();
  await others;
  const figure = (what: string, value: number, limit?: number): Figure => ({
    id: 'P8',
    what: `${engine}, ${messages.toLocaleString('en')} messages: ${what}`,
    unit: 'ms',
    rounds: [value],
    ...(limit !== undefined && { limit }),
  });
  return [
    ...questions.flatMap(({ name, limit }) => [
      figure(`a word, ${name}, p95`, percentile(all[name] ?? [], 0.95), limit),
      figure('  p50', median(all[name] ?? [])),
    ]),
    figure('another’s request meanwhile, p99', percentile(meanwhile, 0.99), LOOP_MS),
  ];
}

import { join } from 'node:path';
import type { Machine } from './machine.ts';
import type { Options } from './options.ts';
import type { Scan } from './p9-scan.ts';
import { run, temporaryFolder } from './processes.ts';
import type { Figure, Row } from './report.ts';
import { median, percentile } from './stats.ts';

const P95_MS = 30;
const RECALL = 0.98;
const LOOP_MS = 20;
const LARGEST = 100_000;

/** Words and vectors together on SQLite, at several sizes: how long a question takes, what the rough first look loses, what others feel. */
export async function hybridSearch(machine: Machine, options: Options): Promise<Row[]> {
  const sizes = options.quick ? [1_000, 10_000] : [1_000, 10_000, LARGEST];
  const rows: Row[] = [];
  for (const size of sizes) {
    await using folder = await temporaryFolder();
    const script = join(import.meta.dirname, 'p9-scan.ts');
    const database = `sqlite:${join(folder.path, 'bench.db')}`;
    const command = machine.place('server', [process.execPath, script, database, String(size), '200']);
    rows.push(...rowsOf(size, JSON.parse(await run(command, '')) as Scan));
  }
  return rows;
}

function rowsOf(size: number, { hybrid, vectors, recall, loop, first }: Scan): Figure[] {
  const goal = size === LARGEST;
  const figure = (what: string, unit: Figure['unit'], value: number, more: Partial<Figure> = {}): Figure => ({
    id: 'P9',
    what: `${size.toLocaleString('en')} passages × 768: ${what}`,
    unit,
    rounds: [value],
    ...more,
  });
  return [
    figure('a question by words and meaning, p95', 'ms', percentile(hybrid, 0.95), goal ? { limit: P95_MS } : {}),
    figure('  p50', 'ms', median(hybrid)),
    figure('  of it the vectors, p95', 'ms', percentile(vectors, 0.95)),
    figure('  recall@10 of the vectors, of an exact search', '×', recall, goal ? { atLeast: RECALL } : {}),
    figure('  delay of the loop meanwhile, p99', 'ms', loop, goal ? { limit: LOOP_MS } : {}),
    figure('  the first question, which loads the codes', 'ms', first),
  ];
}

import { join } from 'node:path';
import { startPostgres } from '../servers.ts';
import type { Machine } from './machine.ts';
import type { Options } from './options.ts';
import type { Scan } from './p9-scan.ts';
import { run, temporaryFolder } from './processes.ts';
import { skipped, type Figure, type Row } from './report.ts';
import { median, percentile } from './stats.ts';

const P95_MS = 30;
const RECALL = 0.98;
const LOOP_MS = 20;
const LARGEST = 100_000;

const script = join(import.meta.dirname, 'p9-scan.ts');

/** Words and vectors together on SQLite and PostgreSQL, at several sizes: how long a question takes, what the rough first look loses, what others feel. */
export async function hybridSearch(machine: Machine, options: Options): Promise<Row[]> {
  const more = Number(process.env['PASSAGES'] ?? 0);
  const sizes = [...(options.quick ? [1_000, 10_000] : [1_000, 10_000, LARGEST]), ...(more > 0 ? [more] : [])];
  const rows: Row[] = [];
  for (const size of sizes) {
    await using folder = await temporaryFolder();
    rows.push(
      ...rowsOf('SQLite', size, await measure(machine, `sqlite:${join(folder.path, 'bench.db')}`, size, 'embedded')),
    );
    for (const store of ['embedded', 'pgvector'] as const) {
      const name = store === 'pgvector' ? 'PostgreSQL with pgvector' : 'PostgreSQL';
      const server = await startPostgres();
      if (!server) {
        rows.push(skipped('P9', `${name}, ${size.toLocaleString('en')} passages`, 'PostgreSQL is not installed'));
        continue;
      }
      try {
        rows.push(...rowsOf(name, size, await measure(machine, server.url, size, store)));
      } catch (error) {
        if (!/VECTOR_STORE is pgvector/.test(String(error))) throw error;
        rows.push(skipped('P9', `${name}, ${size.toLocaleString('en')} passages`, 'pgvector is not installed'));
      } finally {
        await server.stop();
      }
    }
  }
  return rows;
}

async function measure(
  machine: Machine,
  database: string,
  size: number,
  store: 'embedded' | 'pgvector',
): Promise<Scan> {
  const command = machine.place('server', [process.execPath, script, database, String(size), '200', store]);
  return JSON.parse(await run(command, '')) as Scan;
}

function rowsOf(engine: string, size: number, { hybrid, busy, vectors, recall, loop, first }: Scan): Figure[] {
  const goal = size === LARGEST;
  const figure = (what: string, unit: Figure['unit'], value: number, more: Partial<Figure> = {}): Figure => ({
    id: 'P9',
    what: `${engine}, ${size.toLocaleString('en')} passages × 768: ${what}`,
    unit,
    rounds: [value],
    ...more,
  });
  return [
    figure('a question by words and meaning, p95', 'ms', percentile(hybrid, 0.95), goal ? { limit: P95_MS } : {}),
    figure('  p50', 'ms', median(hybrid)),
    figure('  processor time of the main thread for it, p95', 'ms', percentile(busy, 0.95)),
    figure('  of it the vectors, p95', 'ms', percentile(vectors, 0.95)),
    figure('  recall@10 of the vectors, of an exact search', '×', recall, goal ? { atLeast: RECALL } : {}),
    figure('  delay of the loop meanwhile, p99', 'ms', loop, goal ? { limit: LOOP_MS } : {}),
    figure('  the first question, which loads the codes', 'ms', first),
  ];
}

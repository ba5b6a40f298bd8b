import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makePdf } from '../fixtures/pdf.ts';
import { startPostgres } from '../servers.ts';
import type { Machine } from './machine.ts';
import type { Options } from './options.ts';
import type { Reading } from './p10-read.ts';
import { run, temporaryFolder } from './processes.ts';
import { skipped, type Figure, type Row } from './report.ts';
import { median } from './stats.ts';

const OF_BARE = 0.6;
const MEMORY_MB = 400;
const script = join(import.meta.dirname, 'p10-read.ts');
const ways = ['bare', 'text', 'sqlite', 'postgres'] as const;
type Way = (typeof ways)[number];

const word = (at: number): string =>
  ['the', 'pump', 'of', 'water', 'is', 'set', 'to', 'pressure', 'and', 'valve', 'reading', 'notice', 'period', 'in'][
    (at * 2_654_435_761) % 14
  ] ?? '';
const paragraph = (seed: number): string =>
  `${Array.from({ length: 70 }, (_, at) => (at % 9 === 8 ? `part${(seed * 31 + at) % 5_000}` : word(seed * 97 + at))).join(' ')}.`;

/** A PDF with its text layer: what it takes to read it and to make it findable, beside the parser alone. The process's own start counts for each. */
export async function ingestion(machine: Machine, options: Options): Promise<Row[]> {
  await using folder = await temporaryFolder();
  const pages = options.quick ? 200 : 1_000;
  const path = join(folder.path, 'book.pdf');
  await writeFile(
    path,
    await makePdf({
      pages: Array.from({ length: pages }, (_, page) => [
        `Chapter ${page + 1}`,
        ...Array.from({ length: 5 }, (_unused, at) => paragraph(page * 5 + at)),
      ]),
    }),
  );
  const server = await startPostgres();
  const rounds: Record<Way, Reading[]> = { bare: [], text: [], sqlite: [], postgres: [] };
  try {
    for (let round = 0; round < options.rounds; round += 1)
      for (const way of ways) {
        const database = way === 'postgres' ? server?.url : `sqlite:${join(folder.path, `${round}.db`)}`;
        if (database !== undefined) rounds[way].push(await read(machine, { way, path, database, pages }));
      }
  } finally {
    await server?.stop();
  }
  const perSecond = ({ cpu }: Reading): number => (1_000 * pages) / cpu;
  const ofBare = (way: Way): number[] =>
    rounds[way].map((reading, at) => perSecond(reading) / perSecond(rounds.bare[at] ?? reading));
  const figure = (
    what: string,
    unit: Figure['unit'],
    values: readonly number[],
    more: Partial<Figure> = {},
  ): Figure => ({
    id: 'P10',
    what: `a PDF of ${pages.toLocaleString('en')} pages: ${what}`,
    unit,
    rounds: values,
    ...more,
  });
  const peer = `the parser alone: ${median(rounds.bare.map(perSecond)).toFixed(0)} pages/s`;
  const stored = (name: string, way: Way): Figure[] => [
    figure(`with passages and the index of words, stored in ${name}`, '/s', rounds[way].map(perSecond), { peer }),
    figure('  of the parser alone', '×', ofBare(way), { atLeast: OF_BARE }),
  ];
  return [
    figure('its text, pages/s of one core', '/s', rounds.text.map(perSecond), { peer }),
    figure('  of the parser alone', '×', ofBare('text'), { atLeast: OF_BARE }),
    ...stored('SQLite', 'sqlite'),
    ...(server ? stored('PostgreSQL', 'postgres') : [skipped('P10', 'stored in PostgreSQL', 'it is not installed')]),
    figure(
      'memory of the process at its most',
      'MB',
      rounds.sqlite.map(({ memory }) => memory),
      {
        limit: MEMORY_MB,
        peer: `the parser alone: ${median(rounds.bare.map(({ memory }) => memory)).toFixed(0)} MB`,
      },
    ),
  ];
}

async function read(
  machine: Machine,
  { way, path, database, pages }: { way: Way; path: string; database: string; pages: number },
): Promise<Reading> {
  const how = way === 'bare' || way === 'text' ? way : 'whole';
  const reading = JSON.parse(
    await run(machine.place('server', [process.execPath, script, how, path, database]), ''),
  ) as Reading;
  if (reading.pages !== pages) throw new Error(`${reading.pages} of ${pages} pages were read (${way}).`);
  return reading;
}

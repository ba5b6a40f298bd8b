import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startPeer, type Server } from './carrel.ts';
import type { Machine } from './machine.ts';
import type { Options } from './options.ts';
import { ask, asker, times, type Times } from './p6-ask.ts';
import { libraries, type Library } from './p6-library.ts';
import { temporaryFolder } from './processes.ts';
import type { Figure, Row } from './report.ts';
import { median, percentile } from './stats.ts';

const P99_MS = 5;
const RATIO = 1.2;
const REQUESTS = 400;

/** The list of one's conversations, however many there are and however far down; the end of a long conversation. */
export const conversationLists = (machine: Machine, options: Options): Promise<Row[]> =>
  overAll(machine, options, listsOf);
export const lastMessages = (machine: Machine, options: Options): Promise<Row[]> => overAll(machine, options, lastOf);

async function overAll(
  machine: Machine,
  options: Options,
  measure: (library: Library, machine: Machine) => Promise<Row[]>,
): Promise<Row[]> {
  const rows: Row[] = [];
  for (const library of await libraries(machine, options)) rows.push(...(await measure(library, machine)));
  return rows;
}

async function listsOf({ engine, conversations, isLargest, open }: Library, machine: Machine): Promise<Row[]> {
  await using carrel = await open();
  const list = `${carrel.url}/api/conversations?limit=50`;
  let cursor: string | null = null;
  // To the last page but two.
  for (let page = 0; page < conversations / 50 - 3; page += 1)
    cursor = (await ask<{ next_cursor: string | null }>(list + after(cursor), carrel.big)).next_cursor;
  const first = asker(list, carrel.big);
  await using bare = await bareWith(machine, await first());
  const all = await times(
    REQUESTS,
    {
      first,
      few: asker(list, carrel.small),
      deep: asker(list + after(cursor), carrel.big),
      bare: asker(`${bare.url}/answer`, ''),
    },
    carrel.clock,
  );
  const what = `${engine}, the list of ${conversations.toLocaleString('en')} conversations`;
  const ratio = (label: string, value: number, limit?: number): Figure => figureOf('P6', label, '×', value, limit);
  return isLargest
    ? [
        ...waited('P6', what, all.first, all.bare),
        ratio('  p50 of that of somebody with 100', median(all.first.ms) / median(all.few.ms), RATIO),
        ratio('  p50 of the last pages, of the first one', median(all.deep.ms) / median(all.first.ms), RATIO),
      ]
    : [growth('P6', what, all.first)];
}

async function lastOf({ engine, long, isLargest, open }: Library, machine: Machine): Promise<Row[]> {
  await using carrel = await open();
  const idOfLast = async (token: string, cursor: string | null = null): Promise<string> => {
    const page = await ask<{ items: { id: string }[]; next_cursor: string | null }>(
      `${carrel.url}/api/conversations?limit=100${after(cursor)}`,
      token,
    );
    return page.next_cursor === null ? (page.items.at(-1)?.id ?? '') : idOfLast(token, page.next_cursor);
  };
  const url = `${carrel.url}/api/conversations/${await idOfLast(carrel.big)}/messages?order=desc&limit=100`;
  const last = asker(url, carrel.big);
  await using bare = await bareWith(machine, await last());
  const all = await times(REQUESTS, { last, bare: asker(`${bare.url}/answer`, '') }, carrel.clock);
  const what = `${engine}, the last 100 of ${long.toLocaleString('en')} messages`;
  return isLargest ? waited('P7', what, all.last, all.bare) : [growth('P7', what, all.last)];
}

const after = (cursor: string | null): string => (cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`);

/** A server that gives these very bytes, where Carrel runs. */
async function bareWith(machine: Machine, bytes: ArrayBuffer): Promise<Server> {
  await using folder = await temporaryFolder();
  const file = join(folder.path, 'answer.json');
  writeFileSync(file, Buffer.from(bytes));
  return await startPeer(machine, 'bare', 'server', file);
}

/** What somebody waits for, beside what the machine makes of nothing at all, and the work behind it. */
const waited = (id: string, what: string, asked: Times, bare: Times): Figure[] => [
  {
    ...figureOf(id, `${what}, p99`, 'ms', percentile(asked.ms, 0.99), P99_MS),
    peer: `bare Fastify, same bytes: ${percentile(bare.ms, 0.99).toFixed(1)} ms`,
  },
  {
    ...figureOf(id, '  p50', 'ms', median(asked.ms)),
    peer: `bare Fastify, same bytes: ${median(bare.ms).toFixed(1)} ms`,
  },
  figureOf(id, '  of it processors worked, p50', 'ms', median(asked.all)),
  figureOf(id, '  of it processors worked, p99', 'ms', percentile(asked.all, 0.99)),
];

const growth = (id: string, what: string, asked: Times): Figure =>
  figureOf(id, `${what}: processors worked, p50`, 'ms', median(asked.all));

const figureOf = (id: string, what: string, unit: Figure['unit'], value: number, limit?: number): Figure => ({
  id,
  what,
  unit,
  rounds: [value],
  ...(limit !== undefined && { limit }),
});

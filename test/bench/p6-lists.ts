import type { Machine } from './machine.ts';
import type { Options } from './options.ts';
import { libraries, type Library } from './p6-library.ts';
import { ask, times } from './p6-ask.ts';
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
  measure: (library: Library) => Promise<Row[]>,
): Promise<Row[]> {
  const rows: Row[] = [];
  for (const library of await libraries(machine, options)) rows.push(...(await measure(library)));
  return rows;
}

async function listsOf({ engine, conversations, open }: Library): Promise<Row[]> {
  await using carrel = await open();
  const list = `${carrel.url}/api/conversations?limit=50`;
  let cursor: string | null = null;
  // To the last page but two.
  for (let page = 0; page < conversations / 50 - 3; page += 1) {
    const query: string = cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`;
    cursor = (await ask<{ next_cursor: string | null }>(list + query, carrel.big)).next_cursor;
  }
  const all = await times(REQUESTS, {
    first: () => ask(list, carrel.big),
    few: () => ask(list, carrel.small),
    deep: () => ask(`${list}&cursor=${encodeURIComponent(cursor ?? '')}`, carrel.big),
  });
  const figure = (what: string, unit: Figure['unit'], value: number, limit?: number): Figure => ({
    id: 'P6',
    what: `${engine}, ${conversations.toLocaleString('en')} conversations: ${what}`,
    unit,
    rounds: [value],
    ...(limit !== undefined && { limit }),
  });
  return [
    figure('the list, p99', 'ms', percentile(all.first, 0.99), P99_MS),
    figure('  p50', 'ms', median(all.first)),
    figure('  of that of somebody with 100', '×', median(all.first) / median(all.few), RATIO),
    figure('  the last pages, of the first one', '×', median(all.deep) / median(all.first), RATIO),
  ];
}

async function lastOf({ engine, long, open }: Library): Promise<Row[]> {
  await using carrel = await open();
  const idOfLast = async (token: string, cursor?: string): Promise<string> => {
    const page = await ask<{ items: { id: string }[]; next_cursor: string | null }>(
      `${carrel.url}/api/conversations?limit=100${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''}`,
      token,
    );
    return page.next_cursor === null ? (page.items.at(-1)?.id ?? '') : idOfLast(token, page.next_cursor);
  };
  const [longest, short] = [await idOfLast(carrel.big), await idOfLast(carrel.small)];
  const last = (id: string): string => `${carrel.url}/api/conversations/${id}/messages?order=desc&limit=100`;
  const all = await times(REQUESTS, {
    long: () => ask(last(longest), carrel.big),
    short: () => ask(last(short), carrel.small),
  });
  const what = `${engine}: the last 100 of ${long.toLocaleString('en')} messages`;
  return [
    { id: 'P7', what: `${what}, p99`, unit: 'ms', rounds: [percentile(all.long, 0.99)], limit: P99_MS },
    { id: 'P7', what: '  p50', unit: 'ms', rounds: [median(all.long)] },
    { id: 'P7', what: '  10 of 10 messages, p50', unit: 'ms', rounds: [median(all.short)] },
  ];
}

import { firstAdmin, startCarrel, startPeer, withProvider } from './carrel.ts';
import type { Machine } from './machine.ts';
import type { Options } from './options.ts';
import { completion, measured } from './p3-streams.ts';
import type { Job, Windows } from './p3-load.ts';
import { portkeyHeaders, startPortkey } from './portkey.ts';
import { temporaryFolder } from './processes.ts';
import type { Figure, Row } from './report.ts';
import { ratios } from './stats.ts';

const MEMORY_MB: Record<number, number> = { 1_000: 240, 3_000: 350 };
const OF_PORTKEY = 0.6;

/** What open streams keep in memory, beside a proxy that only passes bytes on. Each says a word every two seconds. */
export async function memoryOfStreams(machine: Machine, options: Options): Promise<Row[]> {
  const rows: Row[] = [];
  for (const streams of options.quick ? [1_000] : [1_000, 3_000]) rows.push(...(await withStreams(machine, streams)));
  return rows;
}

/** New processes for each number of streams: what one has once had, it does not always give back. */
async function withStreams(machine: Machine, streams: number): Promise<Row[]> {
  await using folder = await temporaryFolder();
  await using provider = await startPeer(machine, 'ticker', 'load');
  await using proxy = await startPeer(machine, 'proxy', 'server', provider.url);
  await using carrel = await startCarrel(machine, { dataDir: folder.path, env: withProvider(provider) });
  await using portkey = await startPortkey(machine, 'P5');
  const beginMs = 5 * streams;
  const job = { streams, rounds: 1, beginMs, settleMs: beginMs + 4_000, windowMs: 3_000 };
  const content = `for ${job.settleMs + job.windowMs + 1_000} every 2000`;
  const direct = { headers: { authorization: 'Bearer sk-bench' }, body: completion(content) };
  const windows = await measured<Windows>(machine, 'p3-load.ts', {
    ...job,
    targets: [
      { name: 'bare', url: `${proxy.url}/v1/chat/completions`, ...direct, pid: proxy.pid },
      {
        name: 'carrel',
        url: `${carrel.url}/api/chat/stream`,
        headers: { authorization: `Bearer ${await firstAdmin(carrel.url)}` },
        body: JSON.stringify({ content }),
        pid: carrel.pid,
      },
      ...('url' in portkey
        ? [
            {
              name: 'portkey',
              url: `${portkey.url}/v1/chat/completions`,
              ...direct,
              headers: portkeyHeaders(provider),
              pid: portkey.pid,
            },
          ]
        : []),
    ],
  } satisfies Job);
  const of = (name: string): number[] => (windows[name] ?? []).map(({ residentMb }) => residentMb);
  const row = (what: string, unit: Figure['unit'], rounds: number[], more: Partial<Figure> = {}): Figure => ({
    id: 'P5',
    what,
    unit,
    rounds,
    ...more,
  });
  const at = `${streams.toLocaleString('en')} streams`;
  const limit = MEMORY_MB[streams];
  return [
    row(`memory with ${at}`, 'MB', of('carrel'), limit === undefined ? {} : { limit }),
    row('  bare proxy', 'MB', of('bare')),
    'reason' in portkey
      ? portkey
      : row(`memory with ${at}, of Portkey’s`, '×', ratios(of('carrel'), of('portkey')), { limit: OF_PORTKEY }),
  ];
}

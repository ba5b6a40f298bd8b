import { join, resolve } from 'node:path';
import { firstAdmin, startCarrel, startPeer, withProvider } from './carrel.ts';
import type { Machine } from './machine.ts';
import type { Options } from './options.ts';
import type { Job as RateJob, Rates } from './p1-load.ts';
import type { Job, Window, Windows } from './p3-load.ts';
import { portkeyHeaders, startPortkey } from './portkey.ts';
import { run, temporaryFolder } from './processes.ts';
import type { Figure, Row } from './report.ts';
import { ratios } from './stats.ts';

const CPU_OF_BARE = 1.3;
const STREAMS_OF_BARE = 0.22;
const STREAMS_OF_PORTKEY = 2;
const DELAY_P50_MS = 1;
const DELAY_P99_MS = 25;
const EVENTS_A_SECOND = 20;
const SHARE_OF_EVENTS = 0.995;
const CLIENTS = 16;

/** Streams that are kept and can be resumed, beside a proxy that only passes bytes on: cost, delay, and how many a second. */
export async function streams(machine: Machine, options: Options): Promise<Row[]> {
  return [...(await steady(machine, options)), ...(await whole(machine, options))];
}

export const completion = (content: string): string =>
  JSON.stringify({ model: 'gpt-4o', stream: true, messages: [{ role: 'user', content }] });

/** Many streams at 20 events a second each. */
async function steady(machine: Machine, options: Options): Promise<Row[]> {
  const count = options.quick ? 300 : 1_000;
  const job = { streams: count, rounds: options.rounds, settleMs: 5_000, windowMs: options.quick ? 3_000 : 6_000 };
  await using folder = await temporaryFolder();
  await using provider = await startPeer(machine, 'ticker', 'load');
  await using proxy = await startPeer(machine, 'proxy', 'server', provider.url);
  const nodeArgs = options.profile === null ? [] : ['--cpu-prof', `--cpu-prof-dir=${resolve(options.profile)}`];
  await using carrel = await startCarrel(machine, { dataDir: folder.path, env: withProvider(provider), nodeArgs });
  const content = `for ${job.settleMs + job.windowMs + 1_000}`;
  const windows = await measured<Windows>(machine, 'p3-load.ts', {
    ...job,
    targets: [
      {
        name: 'bare',
        url: `${proxy.url}/v1/chat/completions`,
        headers: { authorization: 'Bearer sk-bench' },
        body: completion(content),
        pid: proxy.pid,
      },
      {
        name: 'carrel',
        url: `${carrel.url}/api/chat/stream`,
        headers: { authorization: `Bearer ${await firstAdmin(carrel.url)}` },
        body: JSON.stringify({ content }),
        pid: carrel.pid,
      },
    ],
  } satisfies Job);
  const of = (name: string, figure: (window: Window) => number): number[] => (windows[name] ?? []).map(figure);
  const cost = ({ cpuMicros, events }: Window): number => cpuMicros / events;
  const due = (count * EVENTS_A_SECOND * job.windowMs) / 1_000;
  const row = (
    id: string,
    what: string,
    unit: Figure['unit'],
    rounds: number[],
    more: Partial<Figure> = {},
  ): Figure => ({
    id,
    what,
    unit,
    rounds,
    ...more,
  });
  const at = `${count} streams at ${EVENTS_A_SECOND}/s`;
  return [
    row('P3', `CPU an event, ${at}, of a bare proxy’s`, '×', ratios(of('carrel', cost), of('bare', cost)), {
      limit: CPU_OF_BARE,
    }),
    row('P3', '  Carrel', 'µs', of('carrel', cost)),
    row('P3', '  bare proxy', 'µs', of('bare', cost)),
    row(
      'P4',
      `event delay, ${at}, p50`,
      'ms',
      of('carrel', ({ p50 }) => p50),
      { limit: DELAY_P50_MS },
    ),
    row(
      'P4',
      `event delay, ${at}, p99`,
      'ms',
      of('carrel', ({ p99 }) => p99),
      { limit: DELAY_P99_MS },
    ),
    row(
      'P4',
      '  bare proxy, p99',
      'ms',
      of('bare', ({ p99 }) => p99),
    ),
    row(
      'P4',
      'events that came, of those that are due',
      '×',
      of('carrel', ({ events }) => events / due),
      {
        atLeast: SHARE_OF_EVENTS,
      },
    ),
  ];
}

/** Whole streams, one after the other, by some clients. */
async function whole(machine: Machine, options: Options): Promise<Row[]> {
  await using folder = await temporaryFolder();
  await using provider = await startPeer(machine, 'provider', 'load');
  await using proxy = await startPeer(machine, 'proxy', 'server', provider.url);
  await using carrel = await startCarrel(machine, { dataDir: folder.path, env: withProvider(provider) });
  await using portkey = await startPortkey(machine, 'P3');
  const content = 'Why does bread go stale?';
  const direct = { headers: { authorization: 'Bearer sk-bench' }, body: completion(content) };
  const rates = await measured<Rates>(machine, 'p1-load.ts', {
    clients: CLIENTS,
    rounds: options.rounds,
    roundMs: options.quick ? 1_000 : 3_000,
    warmUpMs: options.quick ? 1_500 : 3_000,
    targets: [
      { name: 'bare', url: `${proxy.url}/v1/chat/completions`, ...direct },
      {
        name: 'carrel',
        url: `${carrel.url}/api/chat/stream`,
        headers: { authorization: `Bearer ${await firstAdmin(carrel.url)}` },
        body: JSON.stringify({ content }),
      },
      ...('url' in portkey
        ? [{ name: 'portkey', url: `${portkey.url}/v1/chat/completions`, ...direct, headers: portkeyHeaders(provider) }]
        : []),
    ],
  } satisfies RateJob);
  const rate = (name: string): number[] => rates[name] ?? [];
  const figure = (what: string, unit: Figure['unit'], rounds: number[], atLeast?: number): Figure => ({
    id: 'P3',
    what,
    unit,
    rounds,
    ...(atLeast !== undefined && { atLeast }),
  });
  const rows: Row[] = [
    figure(
      `kept streams, ${CLIENTS} clients, of a bare proxy’s`,
      '×',
      ratios(rate('carrel'), rate('bare')),
      STREAMS_OF_BARE,
    ),
    figure('  Carrel', '/s', rate('carrel')),
    figure('  bare proxy', '/s', rate('bare')),
  ];
  if ('reason' in portkey) return [...rows, portkey];
  return [
    ...rows,
    figure('kept streams, of Portkey’s', '×', ratios(rate('carrel'), rate('portkey')), STREAMS_OF_PORTKEY),
  ];
}

/** Runs a measuring side in a process of its own; answers what it says. */
export async function measured<T>(machine: Machine, program: string, job: object): Promise<T> {
  const load = machine.place('load', [process.execPath, join(import.meta.dirname, program)]);
  return JSON.parse(await run(load, JSON.stringify(job))) as T;
}

import { join } from 'node:path';
import { firstAdmin, login, startCarrel, startPeer, withProvider } from './carrel.ts';
import type { Machine } from './machine.ts';
import type { Options } from './options.ts';
import type { Job, Round } from './p12-load.ts';
import { run, temporaryFolder } from './processes.ts';
import type { Figure, Row } from './report.ts';
import { differences, median, percentile } from './stats.ts';

/** Nine tenths of the raw rate. */
const HASHES_EACH = 1 / 0.9;
const DELAY_GROWS = 2;
const TELLS_MS = 5;

/** A flood of sign-ins against raw Argon2id on the same core; what it does to open streams; and what the times of sign-in tell. */
export async function signInFlood(machine: Machine, options: Options): Promise<Row[]> {
  await using folder = await temporaryFolder();
  await using ticker = await startPeer(machine, 'ticker', 'load');
  await using carrel = await startCarrel(machine, { dataDir: folder.path, env: withProvider(ticker) });
  const job: Job = {
    url: carrel.url,
    token: await firstAdmin(carrel.url),
    login: login.email,
    password: login.password,
    clients: 16,
    seconds: options.quick ? 3 : 8,
    streams: options.quick ? 50 : 100,
    turns: options.quick ? 40 : 100,
  };
  const script = (name: string): string => join(import.meta.dirname, name);
  const load = machine.place('load', [process.execPath, script('p12-load.ts')]);
  const raw = machine.place('server', [process.execPath, script('p12-hashes.ts'), options.quick ? '60' : '150']);
  const rounds: (Round & { hash: number })[] = [];
  for (let round = 0; round < options.rounds; round += 1) {
    const hash = Number(await run(raw, ''));
    rounds.push({ hash, ...(JSON.parse(await run(load, JSON.stringify(job))) as Round) });
  }
  return rowsOf(rounds, job);
}

function rowsOf(rounds: readonly (Round & { hash: number })[], { clients, streams }: Job): Row[] {
  const of = (take: (round: Round & { hash: number }) => number): number[] => rounds.map(take);
  const figure = (what: string, unit: Figure['unit'], values: number[], more: Partial<Figure> = {}): Figure => ({
    id: 'P12',
    what,
    unit,
    rounds: values,
    ...more,
  });
  return [
    figure(
      `one sign-in of a flood by ${clients}, of one raw Argon2id`,
      '×',
      of(({ signIn, hash }) => signIn / hash),
      {
        limit: HASHES_EACH,
      },
    ),
    figure(
      '  one sign-in of the flood',
      'ms',
      of(({ signIn }) => signIn),
    ),
    figure(
      '  one raw Argon2id',
      'ms',
      of(({ hash }) => hash),
    ),
    figure(
      `delay of ${streams} streams’ events during the flood, p99, of without it`,
      '×',
      of(({ calm, flooded }) => percentile(flooded, 0.99) / percentile(calm, 0.99)),
      { limit: DELAY_GROWS },
    ),
    figure(
      '  without the flood, p99',
      'ms',
      of(({ calm }) => percentile(calm, 0.99)),
    ),
    figure(
      '  during the flood, p99',
      'ms',
      of(({ flooded }) => percentile(flooded, 0.99)),
    ),
    figure(
      '  during the flood, p50',
      'ms',
      of(({ flooded }) => median(flooded)),
    ),
    figure(
      'a wrong password, a known name less the unknown one beside it, median',
      'ms',
      of(({ known, unknown }) => Math.abs(median(differences(known, unknown)))),
      {
        limit: TELLS_MS,
      },
    ),
    figure(
      '  a known name, p50',
      'ms',
      of(({ known }) => median(known)),
    ),
    figure(
      'refresh, p50',
      'ms',
      of(({ refresh }) => median(refresh)),
    ),
    figure(
      'refresh, p99',
      'ms',
      of(({ refresh }) => percentile(refresh, 0.99)),
    ),
  ];
}

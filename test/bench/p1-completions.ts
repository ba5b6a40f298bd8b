import { join, resolve } from 'node:path';
import { firstAdmin, startCarrel, startPeer, withProvider } from './carrel.ts';
import type { Machine } from './machine.ts';
import type { Options } from './options.ts';
import type { Job, Rates, Target } from './p1-load.ts';
import { portkeyHeaders, startPortkey } from './portkey.ts';
import { run, temporaryFolder } from './processes.ts';
import type { Figure, Missing, Row } from './report.ts';
import { ratios } from './stats.ts';

const CLIENTS = 32;
const OF_BARE = 0.45;
const OF_PORTKEY = 5;
const OF_RAW_LARGE = 0.7;
const LARGE = 100_000;

const path = '/v1/chat/completions';
const asked = (content: string): string =>
  JSON.stringify({ model: 'gpt-4o', messages: [{ role: 'user', content }], temperature: 0.5 });
const small = asked('Why does bread go stale, and how do I keep a loaf of it fresh for longer than two days?');
const large = asked('Bread goes stale because its starch crystallises. '.repeat(LARGE / 50));

/** Whole answers through `/v1/chat/completions`, with key, limits, quota and figures, beside proxies that check nothing. */
export async function completions(machine: Machine, options: Options): Promise<Row[]> {
  await using folder = await temporaryFolder();
  await using provider = await startPeer(machine, 'provider', 'load');
  await using proxy = await startPeer(machine, 'proxy', 'server', provider.url);
  const nodeArgs = options.profile === null ? [] : ['--cpu-prof', `--cpu-prof-dir=${resolve(options.profile)}`];
  const env = { ...withProvider(provider), RATE_LIMIT_ENABLED: 'true', RATE_LIMIT_CHAT: '1000000' };
  await using carrel = await startCarrel(machine, { dataDir: folder.path, env, nodeArgs });
  await using portkey = await startPortkey(machine, 'P1');

  const key = await firstKey(carrel.url);
  const direct = { authorization: 'Bearer sk-bench' };
  const ours = { url: `${carrel.url}${path}`, headers: { authorization: `Bearer ${key}` } };
  const bare = { url: `${proxy.url}${path}`, headers: direct };
  const targets: Target[] = [
    { name: 'direct', url: `${provider.url}${path}`, headers: direct, body: small },
    { name: 'bare', ...bare, body: small },
    { name: 'carrel', ...ours, body: small },
    { name: 'bare large', ...bare, body: large },
    { name: 'carrel large', ...ours, body: large },
  ];
  if ('url' in portkey)
    targets.push({ name: 'portkey', url: `${portkey.url}${path}`, headers: portkeyHeaders(provider), body: small });
  const job: Job = {
    targets,
    clients: CLIENTS,
    rounds: options.rounds,
    roundMs: options.quick ? 700 : 2_000,
    warmUpMs: options.quick ? 1_500 : 3_000,
  };
  const load = machine.place('load', [process.execPath, join(import.meta.dirname, 'p1-load.ts')]);
  const rates = JSON.parse(await run(load, JSON.stringify(job))) as Rates;
  return rowsOf(rates, 'reason' in portkey ? portkey : null);
}

/** The first admin's key. */
async function firstKey(url: string): Promise<string> {
  const answer = await fetch(`${url}/api/auth/api-keys`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${await firstAdmin(url)}` },
    body: JSON.stringify({ name: 'bench' }),
  });
  if (answer.status !== 201) throw new Error(`A key could not be made: ${answer.status} ${await answer.text()}`);
  return ((await answer.json()) as { key: string }).key;
}

function rowsOf(rates: Rates, noPortkey: Missing | null): Row[] {
  const rate = (name: string): number[] => rates[name] ?? [];
  const row = (what: string, unit: Figure['unit'], rounds: number[], atLeast?: number): Figure => ({
    id: 'P1',
    what,
    unit,
    rounds,
    ...(atLeast !== undefined && { atLeast }),
  });
  const rows: Row[] = [
    row(`whole answers, ${CLIENTS} clients, of a bare proxy’s`, '×', ratios(rate('carrel'), rate('bare')), OF_BARE),
    row(
      'whole answers to 100 kB, of a bare proxy’s',
      '×',
      ratios(rate('carrel large'), rate('bare large')),
      OF_RAW_LARGE,
    ),
    row('  Carrel', '/s', rate('carrel')),
    row('  bare Fastify + undici proxy', '/s', rate('bare')),
    row('  the provider itself', '/s', rate('direct')),
    row('  Carrel, 100 kB', '/s', rate('carrel large')),
    row('  bare proxy, 100 kB', '/s', rate('bare large')),
  ];
  if (noPortkey) return [...rows, noPortkey];
  return [
    ...rows,
    row('  Portkey gateway', '/s', rate('portkey')),
    row('whole answers, of Portkey’s', '×', ratios(rate('carrel'), rate('portkey')), OF_PORTKEY),
  ];
}

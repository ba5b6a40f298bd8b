import { join, resolve } from 'node:path';
import { ask, firstAdmin, startCarrel, startPeer, withProvider, type Server } from './carrel.ts';
import { commitName, type Job, type Measurements } from './load.ts';
import type { Machine } from './machine.ts';
import type { Options } from './options.ts';
import { portkeyHeaders, startPortkey } from './portkey.ts';
import { run, temporaryFolder } from './processes.ts';
import type { Figure, Missing, Row } from './report.ts';
import { differences, median, percentile, ratios } from './stats.ts';

const P50_MS = 1;
const P99_MS = 5;
/** Of the other gateway's. */
const GATEWAY_SHARE = 0.1;
/** Turns that the longer conversation has had before. */
const TURNS = 10;

const question =
  'Why does bread go stale, and how do I keep a loaf of it fresh for longer than two days? Please be brief and use a list.';
const completion = JSON.stringify({ model: 'gpt-4o', stream: true, messages: [{ role: 'user', content: question }] });

/** First token that `POST /api/chat/stream` adds to the provider's own, with every check and the durable record. */
export async function firstToken(machine: Machine, options: Options): Promise<Row[]> {
  await using folder = await temporaryFolder();
  await using provider = await startPeer(machine, 'provider', 'load');
  await using proxy = await startPeer(machine, 'proxy', 'server', provider.url);
  const nodeArgs = options.profile === null ? [] : ['--cpu-prof', `--cpu-prof-dir=${resolve(options.profile)}`];
  await using carrel = await startCarrel(machine, { dataDir: folder.path, env: withProvider(provider), nodeArgs });
  await using gateway = await startPortkey(machine, 'P2');

  const token = await firstAdmin(carrel.url);
  const turns = await longConversation(carrel, token);
  const direct = { headers: { authorization: 'Bearer sk-bench' }, body: completion, mark: '"content":"#' };
  const chat = (body: object) => ({
    url: `${carrel.url}/api/chat/stream`,
    headers: { authorization: `Bearer ${token}` },
    body: JSON.stringify({ content: question, ...body }),
    mark: 'event: delta',
  });
  const job: Job = {
    rounds: options.rounds,
    requests: options.quick ? 100 : 300,
    warmUp: options.quick ? 150 : 300,
    commitFile: join(folder.path, 'commit.db'),
    targets: [
      { name: 'direct', url: `${provider.url}/v1/chat/completions`, ...direct },
      { name: 'proxy', url: `${proxy.url}/v1/chat/completions`, ...direct },
      { name: 'new', ...chat({}) },
      { name: 'long', ...chat(turns) },
      ...('url' in gateway
        ? [{ name: 'gateway', url: `${gateway.url}/v1/chat/completions`, ...direct, headers: portkeyHeaders(provider) }]
        : []),
    ],
  };
  const load = machine.place('load', [process.execPath, join(import.meta.dirname, 'load.ts')]);
  const rounds = JSON.parse(await run(load, JSON.stringify(job))) as Measurements;
  return rowsOf(rounds, 'reason' in gateway ? gateway : null);
}

function rowsOf(rounds: Measurements, noGateway: Missing | null): Row[] {
  const added = (name: string, share: number): number[] =>
    rounds.map((round) => percentile(differences(round[name] ?? [], round['direct'] ?? []), share));
  const plain = (name: string, share: number): number[] => rounds.map((round) => percentile(round[name] ?? [], share));
  const ms = (what: string, values: number[], more: Partial<Figure> = {}): Figure => ({
    id: 'P2',
    what,
    unit: 'ms',
    rounds: values,
    ...more,
  });
  const beside = (share: number): string => {
    const proxy = median(added('proxy', share));
    return `bare proxy ${proxy.toFixed(2)} ms, durable commit alone ${median(plain(commitName, share)).toFixed(2)} ms`;
  };
  const rows: Row[] = [
    ms('first token added, new chat, p50', added('new', 0.5), { limit: P50_MS, peer: beside(0.5) }),
    ms('first token added, new chat, p99', added('new', 0.99), { limit: P99_MS, peer: beside(0.99) }),
    ms(`first token added after ${TURNS} turns, p50`, added('long', 0.5), { limit: P50_MS }),
    ms(`first token added after ${TURNS} turns, p99`, added('long', 0.99), { limit: P99_MS }),
    {
      id: 'P2',
      what: '  first token added, p50, of the bare proxy’s',
      unit: '×',
      rounds: ratios(added('new', 0.5), added('proxy', 0.5)),
    },
    ms('  the provider itself, p50', plain('direct', 0.5)),
    ms('  the provider itself, p99', plain('direct', 0.99)),
    ms('  bare Fastify + undici proxy, added, p50', added('proxy', 0.5)),
    ms('  bare Fastify + undici proxy, added, p99', added('proxy', 0.99)),
    ms('  one durable commit (SQLite, WAL, FULL), p50', plain(commitName, 0.5)),
    ms('  one durable commit (SQLite, WAL, FULL), p99', plain(commitName, 0.99)),
  ];
  if (noGateway) return [...rows, noGateway];
  const [ours, theirs] = [added('new', 0.5), added('gateway', 0.5)];
  return [
    ...rows,
    ms('  Portkey gateway, added, p50', theirs),
    ms('  Portkey gateway, added, p99', added('gateway', 0.99)),
    {
      id: 'P2',
      what: 'first token added, p50, of Portkey’s',
      unit: '×',
      rounds: ratios(ours, theirs),
      limit: GATEWAY_SHARE,
    },
  ];
}

/** A conversation with some turns, and where the next one goes: always the same place, so that it does not grow. */
async function longConversation(
  carrel: Server,
  token: string,
): Promise<{ conversation_id: string; parent_id: string }> {
  let last = await ask(carrel.url, token, { content: question });
  for (let turn = 1; turn < TURNS; turn += 1)
    last = await ask(carrel.url, token, { content: question, conversation_id: last.conversationId });
  return { conversation_id: last.conversationId, parent_id: last.messageId };
}

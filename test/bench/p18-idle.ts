import { join } from 'node:path';
import { firstAdmin, startCarrel, startPeer, withProvider } from './carrel.ts';
import type { Machine } from './machine.ts';
import type { Options } from './options.ts';
import type { Idle, Job } from './p18-load.ts';
import { run, temporaryFolder } from './processes.ts';
import { skipped, type Figure, type Row } from './report.ts';
import { median, percentile } from './stats.ts';

const SOCKET_KB = 16;
const STREAM_KB = 32;
const FAN_OUT_MS = 100;
/** What was garbage when the memory was read is not what a connection keeps: the server tidies up when it is told to. */
const tidy = ['--expose-gc', '--import', "data:text/javascript,process.on('SIGUSR2', () => gc())"];
const PER_PERSON = 25;
const LATE = 10;

/** What a connection costs that is open and idle, and how soon all of them hear what is told to everybody. */
export async function idleConnections(machine: Machine, options: Options): Promise<Row[]> {
  if (process.platform !== 'linux') return [skipped('P18', 'idle connections', 'read from /proc, on Linux alone')];
  const count = options.quick ? 500 : 800;
  const warmUp = 200;
  await using folder = await temporaryFolder();
  await using provider = await startPeer(machine, 'ticker', 'load');
  await using carrel = await startCarrel(machine, {
    dataDir: folder.path,
    nodeArgs: tidy,
    env: { ...withProvider(provider), SIGNUP_MODE: 'open', HIBP_ENABLED: 'false' },
  });
  const admin = await firstAdmin(carrel.url);
  const tokens: string[] = [];
  for (let at = 0; at < (warmUp + count) / PER_PERSON + LATE; at += 1) tokens.push(await register(carrel.url, at));
  const job: Job = {
    url: carrel.url,
    pid: carrel.pid,
    tokens,
    perPerson: PER_PERSON,
    late: tokens.slice(-LATE),
    warmUp,
    count,
    stream: { path: await quietStream(carrel.url, admin), token: admin },
  };
  const command = machine.place('load', [process.execPath, join(import.meta.dirname, 'p18-load.ts')]);
  const { socketKb, streamKb, fanOut } = JSON.parse(await run(command, JSON.stringify(job))) as Idle;
  const figure = (what: string, unit: Figure['unit'], value: number, limit?: number): Figure => ({
    id: 'P18',
    what,
    unit,
    rounds: [value],
    ...(limit !== undefined && { limit }),
  });
  const to = `to ${(warmUp + count).toLocaleString('en')} sockets`;
  return [
    figure('an idle WebSocket', 'kB', socketKb, SOCKET_KB),
    figure('an idle stream', 'kB', streamKb, STREAM_KB),
    figure(`what is told ${to}, from the first who hears it, p99`, 'ms', percentile(fanOut, 0.99), FAN_OUT_MS),
    figure('  p50', 'ms', median(fanOut)),
  ];
}

async function register(url: string, at: number): Promise<string> {
  const answer = await post(`${url}/api/auth/register`, {
    email: `person${at}@example.org`,
    password: 'a password for measuring only',
    name: `Person ${at}`,
  });
  return ((await answer.json()) as { access_token: string }).access_token;
}

/** A stream whose provider says something every ten minutes. */
async function quietStream(url: string, token: string): Promise<string> {
  const answer = await post(`${url}/api/chat/stream`, { content: 'for 600000 every 600000' }, token);
  for await (const part of answer.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    const id = /"generation_id":"([^"]+)"/.exec(part)?.[1];
    if (id !== undefined) return `/api/chat/generations/${id}/stream`;
  }
  throw new Error('There is no stream to watch.');
}

async function post(url: string, body: object, token?: string): Promise<Response> {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token !== undefined && { authorization: `Bearer ${token}` }) },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`${url}: ${answer.status} ${await answer.text()}`);
  return answer;
}

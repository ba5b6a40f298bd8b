import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { text } from 'node:stream/consumers';
import { Pool } from 'undici';
import { residentMb } from './processes.ts';
import { percentile } from './stats.ts';

/** The measuring side of P3, a process of its own: many streams at once, and what they cost the server between. */

export type Target = { name: string; url: string; headers: Record<string, string>; body: string; pid: number };
export type Job = {
  targets: Target[];
  streams: number;
  rounds: number;
  settleMs: number;
  windowMs: number;
  /** The streams begin over so long a time, and not all at once: more than a listening socket keeps waiting would be refused. */
  beginMs?: number;
};
export type Window = { events: number; cpuMicros: number; p50: number; p99: number; residentMb: number };
/** One window a round, by target. */
export type Windows = Record<string, Window[]>;

/** What the kernel counts processor time in (sysconf(_SC_CLK_TCK) on every Linux of today). */
const TICK_MICROS = 10_000;
/** A stream's events carry the time at which they left the provider. */
const stamp = /(\d{13}\.\d+) /g;

/** User and system time of a process since it began, in microseconds. */
export function cpuMicros(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) * TICK_MICROS;
}

const now = (): number => performance.timeOrigin + performance.now();

async function watch({ url, headers, body, pid, name }: Target, job: Job): Promise<Window> {
  const { origin, pathname } = new URL(url);
  const pool = new Pool(origin, { connections: job.streams });
  const delays: number[] = [];
  let measuring = false;
  const one = async (_: unknown, place: number): Promise<void> => {
    await sleep(((job.beginMs ?? 0) * place) / job.streams);
    const answer = await pool.request({
      method: 'POST',
      path: pathname,
      headers: { 'content-type': 'application/json', ...headers },
      body,
    });
    if (answer.statusCode !== 200) throw new Error(`${name}: ${answer.statusCode} ${await answer.body.text()}`);
    for await (const part of answer.body as AsyncIterable<Buffer>) {
      if (!measuring) continue;
      const at = now();
      for (const [, sent] of part.toString('latin1').matchAll(stamp)) delays.push(at - Number(sent));
    }
  };
  const all = Promise.all(Array.from({ length: job.streams }, one));
  await Promise.race([all, sleep(job.settleMs)]);
  const before = cpuMicros(pid);
  measuring = true;
  await sleep(job.windowMs);
  measuring = false;
  const spent = cpuMicros(pid) - before;
  const resident = residentMb(pid);
  await all;
  await pool.close();
  return {
    events: delays.length,
    cpuMicros: spent,
    p50: percentile(delays, 0.5),
    p99: percentile(delays, 0.99),
    residentMb: resident,
  };
}

if (import.meta.main) {
  const job = JSON.parse(await text(process.stdin)) as Job;
  const windows: Windows = Object.fromEntries(job.targets.map(({ name }) => [name, []]));
  for (let round = 0; round < job.rounds; round += 1) {
    for (let at = 0; at < job.targets.length; at += 1) {
      const target = job.targets[(round + at) % job.targets.length];
      if (target) windows[target.name]?.push(await watch(target, job));
    }
  }
  process.stdout.write(JSON.stringify(windows), () => process.exit(0));
}

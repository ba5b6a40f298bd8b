import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { globSync, readFileSync, rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export type Running = {
  pid: number;
  /** Milliseconds from its start until it answered. */
  readyMs: number;
  stop(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
};

type Start = {
  command: readonly [string, ...string[]];
  env?: Record<string, string>;
  cwd?: string;
  /** Answered with 2xx when it is ready. */
  ready: string;
  limitMs?: number;
};

const POLL_MS = 3;
/** Longer than the servers take to end by themselves. */
const STOP_MS = 10_000;
const OUTPUT_KEPT = 4_000;

const alive = new Set<ChildProcess>();
const folders = new Set<string>();
// Also when it is cut off in the middle.
process.on('exit', () => {
  for (const child of alive) signal(child, 'SIGKILL');
  for (const folder of folders) rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
});
for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => process.exit(130));

/** The child leads a group of its own, so that what it has started ends with it. */
function signal({ pid }: ChildProcess, name: NodeJS.Signals): void {
  try {
    if (pid !== undefined) process.kill(-pid, name);
  } catch {
    // It has ended already.
  }
}

/** Starts a server and waits until it answers. Throws with the end of its output when it does not. */
export async function start({ command, env = {}, cwd, ready, limitMs = 30_000 }: Start): Promise<Running> {
  const [program, ...args] = command;
  const startedAt = performance.now();
  const child = spawn(program, args, {
    cwd,
    env: { ...cleanEnv(), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  alive.add(child);
  let output = '';
  const exited = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
    child.once('error', (error) => {
      output += error.message;
      resolve();
    });
  }).then(() => void alive.delete(child));
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (data) => (output = `${output}${data}`.slice(-OUTPUT_KEPT)));

  const stop = async (): Promise<void> => {
    if (!alive.has(child)) return;
    signal(child, 'SIGTERM');
    const kill = setTimeout(() => signal(child, 'SIGKILL'), STOP_MS);
    await exited;
    clearTimeout(kill);
  };
  while (!(await answers(ready))) {
    const late = performance.now() - startedAt > limitMs;
    if (alive.has(child) && !late) {
      await sleep(POLL_MS);
      continue;
    }
    await stop();
    throw new Error(
      `${late ? `It did not answer within ${limitMs / 1_000} s` : `It ended with ${child.exitCode}`}: ${output.trim()}`,
    );
  }
  const readyMs = performance.now() - startedAt;
  return { pid: child.pid ?? 0, readyMs, stop, [Symbol.asyncDispose]: stop };
}

const answers = async (url: string): Promise<boolean> => {
  try {
    const answer = await fetch(url);
    await answer.arrayBuffer();
    return answer.ok;
  } catch {
    return false;
  }
};

/** Runs a program to its end and gives its output; its errors go to the terminal. */
export async function run([program, ...args]: readonly [string, ...string[]], input: string): Promise<string> {
  const child = spawn(program, args, { env: cleanEnv(), stdio: ['pipe', 'pipe', 'inherit'], detached: true });
  alive.add(child);
  let output = '';
  child.stdout.on('data', (data: Buffer) => (output += data.toString()));
  child.stdin.end(input);
  const [code] = (await once(child, 'close')) as [number | null];
  alive.delete(child);
  if (code !== 0) throw new Error(`${args.join(' ')} ended with ${code}.`);
  return output;
}

/** Variables of this machine (a DATABASE_URL, an API key) must not decide what is measured. */
function cleanEnv(): Record<string, string> {
  const kept =
    /^(PATH|HOME|USER|LANG|LC_.*|TMPDIR|.*_proxy|npm_config_.*|NODE_EXTRA_CA_CERTS|SSL_CERT_.*|SYSTEMROOT)$/i;
  return Object.fromEntries(
    Object.entries(process.env).filter((entry): entry is [string, string] => kept.test(entry[0])),
  );
}

/** Resident memory in MB (10^6 bytes). */
export function residentMb(pid: number): number {
  const kib = /^VmRSS:\s*(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return (Number(kib) * 1_024) / 1e6;
}

/** Milliseconds that a process's threads have run on a processor, or its first one alone; what others on the machine do is not in it. Linux only. */
export function processorMs(pid: number, threads: 'all' | 'first' = 'all'): number {
  let nanoseconds = 0;
  for (const path of globSync(`/proc/${pid}/task/${threads === 'all' ? '*' : pid}/schedstat`)) {
    try {
      nanoseconds += Number(readFileSync(path, 'utf8').split(' ')[0]);
    } catch {
      // A thread that has ended meanwhile.
    }
  }
  return nanoseconds / 1e6;
}

/** The processes that a process has started. */
export const childrenOf = (pid: number): number[] =>
  readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').map(Number);

export type Folder = { path: string; [Symbol.asyncDispose](): Promise<void> };

/** A folder that goes when the block that holds it is left. */
export async function temporaryFolder(): Promise<Folder> {
  const path = await mkdtemp(join(tmpdir(), 'carrel-bench-'));
  folders.add(path);
  const remove = async (): Promise<void> => {
    await rm(path, { recursive: true, force: true, maxRetries: 5 });
    folders.delete(path);
  };
  return { path, [Symbol.asyncDispose]: remove };
}

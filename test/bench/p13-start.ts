import { randomUUID } from 'node:crypto';
import { statfsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import SQLite from 'better-sqlite3';
import { firstAdmin, startCarrel, startPeer } from './carrel.ts';
import type { Machine } from './machine.ts';
import type { Options } from './options.ts';
import { residentMb, temporaryFolder } from './processes.ts';
import { skipped, type Figure, type Row } from './report.ts';
import { median } from './stats.ts';

const START_MS = 600;
const MEMORY_MB = 150;

const MESSAGES = 650_000;
const MESSAGES_PER_CHAT = 100;
/** Random, so that nothing about it is easy; two characters each. */
const MESSAGE_BYTES = 450;
const FILL_BYTES = 1e9;
/** The file, and as much again while its indexes are built. */
const SPACE_NEEDED = 2.5 * FILL_BYTES;

type Measured = {
  fresh: number[];
  uncached: number[];
  second: number[];
  large: number[];
  peer: number[];
  memory: number[];
};

/** From the start of the process to the first answer of `/health`, and what the process holds when nobody asks anything. */
export async function coldStart(machine: Machine, options: Options): Promise<Row[]> {
  await using scratch = await temporaryFolder();
  const large = options.quick ? 'left out by --quick' : await largeDatabase(machine, scratch.path);
  const measured: Measured = { fresh: [], uncached: [], second: [], large: [], peer: [], memory: [] };
  machine.moveTo('load');
  try {
    // The first start writes the compile cache that the others find.
    await startOnce(machine, join(scratch.path, 'warm-up'));
    for (let round = 0; round < options.rounds; round += 1)
      await oneRound(machine, { scratch: scratch.path, large, round, measured, options });
  } finally {
    machine.moveTo('anywhere');
  }
  return rowsOf(measured, large);
}

type Round = { scratch: string; large: LargeDatabase | string; round: number; measured: Measured; options: Options };

async function oneRound(machine: Machine, { scratch, large, round, measured, options }: Round): Promise<void> {
  measured.uncached.push(
    await startOnce(machine, join(scratch, `uncached-${round}`), { NODE_DISABLE_COMPILE_CACHE: '1' }),
  );
  const dataDir = join(scratch, `data-${round}`);
  measured.fresh.push(await startOnce(machine, dataDir));
  measured.second.push(await startOnce(machine, dataDir));
  if (typeof large !== 'string') measured.large.push(await startOnce(machine, large.dataDir));
  await using peer = await startPeer(machine, 'proxy', 'server', 'http://127.0.0.1:9');
  measured.peer.push(peer.readyMs);
  await peer.stop();
  await using idle = await startCarrel(machine, { dataDir });
  await sleep(options.quick ? 2_000 : 5_000);
  if (process.platform === 'linux') measured.memory.push(residentMb(idle.pid));
}

async function startOnce(machine: Machine, dataDir: string, env: Record<string, string> = {}): Promise<number> {
  await using carrel = await startCarrel(machine, { dataDir, env });
  return carrel.readyMs;
}

function rowsOf(
  { fresh, uncached, second, large: withLarge, peer, memory }: Measured,
  large: LargeDatabase | string,
): Row[] {
  const figure = (what: string, rounds: number[], more: Partial<Figure> = {}): Figure => ({
    id: 'P13',
    what,
    unit: 'ms',
    rounds,
    ...more,
  });
  const beside = `bare Fastify ${median(peer).toFixed(0)} ms`;
  const limited = { limit: START_MS, peer: beside };
  return [
    figure('start to /health, first ever: no compile cache, makes the database', uncached, limited),
    figure('start to /health, empty folder, compile cache warm', fresh, limited),
    figure('start to /health, second start', second, limited),
    typeof large === 'string'
      ? skipped('P13', 'start to /health, 1 GB database', large)
      : figure(
          `start to /health, database of ${large.gigabytes.toFixed(2)} GB, ${MESSAGES / 1_000} k messages`,
          withLarge,
          limited,
        ),
    figure('  bare Fastify + undici, start', peer),
    memory.length > 0
      ? { id: 'P13', what: 'idle memory (resident)', unit: 'MB', rounds: memory, limit: MEMORY_MB }
      : skipped('P13', 'idle memory (resident)', 'read from /proc, on Linux alone'),
  ];
}

type LargeDatabase = { dataDir: string; gigabytes: number };

/** A database as an instance of some years has it; or why there is none. */
async function largeDatabase(machine: Machine, scratch: string): Promise<LargeDatabase | string> {
  const { bavail, bsize } = statfsSync(scratch);
  if (bavail * bsize < SPACE_NEEDED) return `needs ${SPACE_NEEDED / 1e9} GB of free space in ${scratch}`;
  const dataDir = join(scratch, 'large');
  {
    await using carrel = await startCarrel(machine, { dataDir, place: 'anywhere' });
    await firstAdmin(carrel.url);
  }
  const file = join(dataDir, 'carrel.db');
  fill(file);
  // What the first start after the filling tidies up is not what is measured.
  await startOnce(machine, dataDir);
  return { dataDir, gigabytes: statSync(file).size / 1e9 };
}

function fill(file: string): void {
  const database = new SQLite(file);
  // Nobody else has it open, and it is thrown away if this is cut off.
  for (const pragma of ['journal_mode = OFF', 'synchronous = OFF', 'cache_size = -200000']) database.pragma(pragma);
  const user = database.prepare('select id from users').pluck().get();
  const prefix = randomUUID().slice(0, 23);
  const id = (letter: string, number: string): string => `'${prefix}' || printf('${letter}%012d', ${number})`;
  const counting = (from: number): string =>
    `with recursive n(i) as (select ${from} union all select i + 1 from n where i < ?)`;
  const chats = MESSAGES / MESSAGES_PER_CHAT;
  database
    .prepare(
      `${counting(0)} insert into conversations (id, user_id, title, title_by_user, model, pinned, archived, created_at, updated_at)
       select ${id('c', 'i')}, ?, 'Chat ' || i, 0, null, 0, 0, 1700000000000 + i, 1700000000000 + i from n`,
    )
    .run(chats - 1, user);
  database
    .prepare(
      `${counting(0)} insert into messages (id, conversation_id, parent_id, role, content, parts, status, sources, created_at, updated_at)
       select ${id('m', 'i')}, ${id('c', `i / ${MESSAGES_PER_CHAT}`)},
         case when i % ${MESSAGES_PER_CHAT} = 0 then null else ${id('m', 'i - 1')} end,
         case when i % 2 = 0 then 'user' else 'assistant' end,
         hex(randomblob(${MESSAGE_BYTES})), '[]', 'complete', '[]', 1700000000000 + i, 1700000000000 + i from n`,
    )
    .run(MESSAGES - 1);
  database.close();
}

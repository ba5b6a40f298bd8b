import { createHash } from 'node:crypto';
import { existsSync, globSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { startPostgres } from '../servers.ts';
import { firstAdmin, login, root, startCarrel, type Server } from './carrel.ts';
import type { Machine } from './machine.ts';
import type { Options } from './options.ts';
import type { Clock } from './p6-ask.ts';
import { childrenOf, processorMs, run } from './processes.ts';

/** What p6-fill.ts puts into a database. */
export type Plan = {
  url: string;
  /** Ids of who has nearly everything, and of who has a hundred conversations. */
  big: string;
  small: string;
  conversations: number;
  messages: number;
  /** Messages of the longest conversation, the first one. */
  long: number;
};

type Size = Pick<Plan, 'conversations' | 'messages' | 'long'>;

export type Library = Size & {
  engine: 'SQLite' | 'PostgreSQL';
  /** The one that the goals are about; the others show how the cost grows. */
  isLargest: boolean;
  /** Starts Carrel over it. */
  open(): Promise<Server & { big: string; small: string; clock: Clock }>;
};

const small = { login: 'small@example.org', password: 'a password for measuring only' };

/** Each is filled once for all figures that read it, and stays in the system's folder for what is temporary, for another run. */
let made: Promise<Library[]> | undefined;
export const libraries = (machine: Machine, options: Options): Promise<Library[]> =>
  (made ??= makeAll(machine, options));

const sizeOf = (messages: number): Size => ({
  messages,
  conversations: messages / 100,
  long: Math.max(100, messages / 100),
});

async function makeAll(machine: Machine, options: Options): Promise<Library[]> {
  const sizes = (options.quick ? [1_000, 50_000] : [1_000, 10_000, 100_000, 1_000_000]).map(sizeOf);
  const folder = join(tmpdir(), `carrel-bench-library-${formatOf()}`);
  const cluster = join(folder, 'postgres');
  const postgres = await startPostgres({ keptIn: cluster });
  if (postgres) process.once('exit', () => void postgres.stop());
  const backends = (): number[] =>
    childrenOf(Number(readFileSync(join(cluster, 'data', 'postmaster.pid'), 'utf8').split('\n')[0]));
  const made: Library[] = [];
  for (const size of sizes) {
    const isLargest = size === sizes.at(-1);
    const place = (engine: string): string => join(folder, `${engine}-${size.messages}`);
    const inFile = `sqlite:${join(place('sqlite'), 'carrel.db')}`;
    made.push(await make(machine, { engine: 'SQLite', url: inFile, dataDir: place('sqlite'), size, isLargest }));
    if (!postgres) continue;
    const url = await databaseFor(postgres.url, place('postgres'), size);
    made.push(
      await make(machine, { engine: 'PostgreSQL', url, dataDir: place('postgres'), size, isLargest, backends }),
    );
  }
  return made;
}

/** The address of a database of that size; an empty one, where its filling was cut off or has not begun. */
async function databaseFor(server: string, dataDir: string, { messages }: Size): Promise<string> {
  const name = `library_${messages}`;
  if (!existsSync(join(dataDir, FILLED))) {
    const client = new pg.Client({ connectionString: server });
    await client.connect();
    await client.query(`drop database if exists ${name} with (force)`);
    await client.query(`create database ${name}`);
    await client.end();
  }
  return new URL(`/${name}`, server).href;
}

/** A file that says that all is there. */
const FILLED = 'filled';

/** Changes with what a database is made of: the migrations, and what fills it. */
function formatOf(): string {
  const migrations = globSync(join(root, 'server/db/migrations/*.ts'));
  const fill = globSync(join(import.meta.dirname, 'p6-{fill,sinks,library}.ts'));
  const hash = createHash('sha256');
  for (const file of [...migrations, ...fill].sort()) hash.update(readFileSync(file));
  return hash.digest('hex').slice(0, 12);
}

type Making = {
  engine: Library['engine'];
  url: string;
  dataDir: string;
  size: Size;
  isLargest: boolean;
  /** The processes that answer beside Carrel's own. */
  backends?: () => number[];
};

async function make(machine: Machine, making: Making): Promise<Library> {
  const { engine, url, dataDir, size, isLargest, backends = () => [] } = making;
  const start = () =>
    startCarrel(machine, {
      dataDir,
      env: { DATABASE_URL: url, SIGNUP_MODE: 'open', HIBP_ENABLED: 'false', LOG_LEVEL: 'error' },
    });
  const filled = join(dataDir, FILLED);
  if (!existsSync(filled)) {
    rmSync(dataDir, { recursive: true, force: true });
    const people = await (async () => {
      await using carrel = await start();
      await firstAdmin(carrel.url);
      await post(`${carrel.url}/api/auth/register`, { email: small.login, password: small.password });
      return { big: (await signIn(carrel.url, bigLogin)).id, small: (await signIn(carrel.url, small)).id };
    })();
    const plan: Plan = { url, ...people, ...size };
    const startedAt = performance.now();
    await run(
      machine.place('anywhere', [process.execPath, join(import.meta.dirname, 'p6-fill.ts'), JSON.stringify(plan)]),
      '',
    );
    process.stdout.write(
      `${engine} with ${size.messages.toLocaleString('en')} messages filled in ${((performance.now() - startedAt) / 1_000).toFixed(0)} s … `,
    );
    writeFileSync(filled, '');
  }
  return {
    engine,
    isLargest,
    ...size,
    async open() {
      const carrel = await start();
      const [big, little] = [await signIn(carrel.url, bigLogin), await signIn(carrel.url, small)];
      const clock: Clock = () => {
        const all = [carrel.pid, ...backends()].reduce((sum, pid) => sum + processorMs(pid), 0);
        return { loop: processorMs(carrel.pid, 'first'), all };
      };
      return { ...carrel, big: big.token, small: little.token, clock };
    },
  };
}

const bigLogin = { login: login.email, password: login.password };

async function signIn(url: string, who: { login: string; password: string }): Promise<{ id: string; token: string }> {
  const { user, access_token } = (await post(`${url}/api/auth/login`, who)) as {
    user: { id: string };
    access_token: string;
  };
  return { id: user.id, token: access_token };
}

async function post(url: string, body: object): Promise<unknown> {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`${url}: ${answer.status} ${await answer.text()}`);
  return answer.json();
}

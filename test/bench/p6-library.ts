import { createHash } from 'node:crypto';
import { existsSync, globSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPostgres } from '../servers.ts';
import { firstAdmin, login, root, startCarrel, type Server } from './carrel.ts';
import type { Machine } from './machine.ts';
import type { Options } from './options.ts';
import { run } from './processes.ts';

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

export type Library = Pick<Plan, 'conversations' | 'messages' | 'long'> & {
  engine: 'SQLite' | 'PostgreSQL';
  /** Starts Carrel over it. */
  open(): Promise<Server & { big: string; small: string }>;
};

const small = { login: 'small@example.org', password: 'a password for measuring only' };

/** Each is filled once for all figures that read it, and stays in the system's folder for what is temporary, for another run. */
let made: Promise<Library[]> | undefined;
export const libraries = (machine: Machine, options: Options): Promise<Library[]> =>
  (made ??= makeAll(machine, options));

async function makeAll(machine: Machine, options: Options): Promise<Library[]> {
  const size = options.quick
    ? { conversations: 1_000, messages: 50_000, long: 2_000 }
    : { conversations: 10_000, messages: 1_000_000, long: 10_000 };
  const folder = join(tmpdir(), `carrel-bench-library-${size.messages}-${formatOf()}`);
  const made = [await make(machine, 'SQLite', join(folder, 'sqlite'), null, size)];
  // One whose filling was cut off is begun anew.
  if (!existsSync(join(folder, 'with-postgres', FILLED)))
    rmSync(join(folder, 'postgres'), { recursive: true, force: true });
  const postgres = await startPostgres({ keptIn: join(folder, 'postgres') });
  if (!postgres) return made;
  process.once('exit', () => void postgres.stop());
  return [...made, await make(machine, 'PostgreSQL', join(folder, 'with-postgres'), postgres.url, size)];
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

async function make(
  machine: Machine,
  engine: Library['engine'],
  dataDir: string,
  server: string | null,
  size: Pick<Plan, 'conversations' | 'messages' | 'long'>,
): Promise<Library> {
  const url = server ?? `sqlite:${join(dataDir, 'carrel.db')}`;
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
    process.stdout.write(`${engine} filled in ${((performance.now() - startedAt) / 1_000).toFixed(0)} s … `);
    writeFileSync(filled, '');
  }
  return {
    engine,
    ...size,
    async open() {
      const carrel = await start();
      const [big, little] = [await signIn(carrel.url, bigLogin), await signIn(carrel.url, small)];
      return { ...carrel, big: big.token, small: little.token };
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

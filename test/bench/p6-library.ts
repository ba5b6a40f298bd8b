import { join } from 'node:path';
import { startPostgres } from '../servers.ts';
import { firstAdmin, login, startCarrel, type Server } from './carrel.ts';
import type { Machine } from './machine.ts';
import type { Options } from './options.ts';
import { run, temporaryFolder } from './processes.ts';

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

/** Each is filled once for all figures that read it, and thrown away when the bench ends. */
let made: Promise<Library[]> | undefined;
export const libraries = (machine: Machine, options: Options): Promise<Library[]> =>
  (made ??= makeAll(machine, options));

async function makeAll(machine: Machine, options: Options): Promise<Library[]> {
  const size = options.quick
    ? { conversations: 1_000, messages: 50_000, long: 2_000 }
    : { conversations: 10_000, messages: 1_000_000, long: 10_000 };
  const made = [await make(machine, 'SQLite', null, size)];
  const postgres = await startPostgres();
  if (!postgres) return made;
  process.once('exit', () => void postgres.stop());
  return [...made, await make(machine, 'PostgreSQL', postgres.url, size)];
}

async function make(
  machine: Machine,
  engine: Library['engine'],
  server: string | null,
  size: Pick<Plan, 'conversations' | 'messages' | 'long'>,
): Promise<Library> {
  const folder = await temporaryFolder();
  const url = server ?? `sqlite:${join(folder.path, 'carrel.db')}`;
  const start = () =>
    startCarrel(machine, {
      dataDir: folder.path,
      env: { DATABASE_URL: url, SIGNUP_MODE: 'open', HIBP_ENABLED: 'false', LOG_LEVEL: 'error' },
    });
  const people = await (async () => {
    await using carrel = await start();
    await firstAdmin(carrel.url);
    await post(`${carrel.url}/api/auth/register`, { email: small.login, password: small.password });
    return { big: (await signIn(carrel.url, bigLogin)).id, small: (await signIn(carrel.url, small)).id };
  })();
  const plan: Plan = { url, ...people, ...size };
  await run(
    machine.place('anywhere', [process.execPath, join(import.meta.dirname, 'p6-fill.ts'), JSON.stringify(plan)]),
    '',
  );
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

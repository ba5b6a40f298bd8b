import { spawn, spawnSync, type ChildProcess, type SpawnOptions } from 'node:child_process';
import { chownSync, existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { createConnection } from 'mysql2/promise';
import pg from 'pg';
import { root } from '../server/lib/root.ts';
import { freePort } from './process.ts';

/** A database server for one test run: `url` names a user that may make databases, and one database that is there. */
export type TestServer = { url: string; stop(): Promise<void> };

const startLimitMs = 60_000;

/** Starts a private PostgreSQL without durability; undefined when it is not installed. `keptIn`: a folder that stays when it ends, for another time. */
export async function startPostgres({ keptIn }: { keptIn?: string } = {}): Promise<TestServer | undefined> {
  const places = globSync('/usr/lib/postgresql/*/bin').sort().reverse();
  const [initdb, postgres] = [findProgram('initdb', places), findProgram('postgres', places)];
  if (!initdb || !postgres) return undefined;
  const home = makeHome('postgres', keptIn);
  const data = join(home.path, 'data');
  if (!existsSync(data))
    run(
      initdb,
      ['-D', data, '-U', 'carrel', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync', '--no-instructions'],
      home.owner,
    );
  const port = await freePort();
  const settings = [
    'listen_addresses=127.0.0.1',
    `unix_socket_directories=${home.path}`,
    'fsync=off',
    'full_page_writes=off',
    'synchronous_commit=off',
    'max_wal_size=256MB',
    'shared_buffers=64MB',
    'max_connections=200',
    'autovacuum=off',
    'deadlock_timeout=20ms',
  ];
  const args = ['-D', data, '-p', String(port), ...settings.flatMap((setting) => ['-c', setting])];
  const url = `postgres://carrel@127.0.0.1:${port}/postgres`;
  // SIGINT is PostgreSQL's fast shutdown: SIGTERM would wait for connections that tests have left open.
  return startServer(spawnQuietly(postgres, args, home.owner), {
    url,
    home: keptIn === undefined ? home.path : null,
    signal: 'SIGINT',
    ping: () => pingPostgres(url),
  });
}

/** Starts a private MariaDB without durability; undefined when it is not installed. */
export async function startMariadb(): Promise<TestServer | undefined> {
  const places = ['/usr/sbin', '/usr/local/sbin'];
  const [install, mariadbd] = [findProgram('mariadb-install-db', places), findProgram('mariadbd', places)];
  if (!install || !mariadbd) return undefined;
  const home = makeHome('mysql');
  const data = join(home.path, 'data');
  const small = [
    '--innodb-buffer-pool-size=64M',
    '--innodb-log-file-size=32M',
    '--innodb-doublewrite=0',
    '--innodb-flush-log-at-trx-commit=0',
  ];
  run(
    install,
    ['--no-defaults', `--datadir=${data}`, '--skip-test-db', '--auth-root-authentication-method=normal', ...small],
    home.owner,
  );
  const init = join(home.path, 'init.sql');
  // Each statement stands on a line by itself, as the server reads the file line by line.
  const statements = [
    'create database carrel',
    "create user carrel@'127.0.0.1' identified by 'carrel'",
    "grant all on *.* to carrel@'127.0.0.1'",
  ];
  writeFileSync(init, statements.map((statement) => `${statement};\n`).join(''), { mode: 0o644 });
  const port = await freePort();
  const args = [
    '--no-defaults',
    `--datadir=${data}`,
    `--socket=${join(home.path, 'sock')}`,
    `--pid-file=${join(home.path, 'pid')}`,
    `--port=${port}`,
    '--bind-address=127.0.0.1',
    // A server that starts clears its folder of temporary tables: another's, where they share one.
    `--tmpdir=${home.path}`,
    `--init-file=${init}`,
    '--skip-name-resolve',
    '--skip-log-bin',
    '--performance-schema=OFF',
    '--max-connections=200',
    ...small,
  ];
  const url = `mysql://carrel:carrel@127.0.0.1:${port}/carrel`;
  return startServer(spawnQuietly(mariadbd, args, home.owner), {
    url,
    home: home.path,
    signal: 'SIGKILL',
    ping: () => pingMysql(url),
  });
}

export type RedisServer = TestServer & {
  /** Again after `stop`, at the same address, with nothing in it. */
  start(): Promise<void>;
  /** Holds connections open and answers nothing (SIGSTOP), until `resume`. */
  pause(): void;
  resume(): void;
  /** Forgets everything (FLUSHALL). */
  flush(): Promise<void>;
};

/** A Redis of the test's own, which it may ill-treat; undefined when it is not installed. */
export async function startRedis({ password = '' } = {}): Promise<RedisServer | undefined> {
  const program = findProgram('redis-server', []);
  if (!program) {
    if (process.env['CI'] === 'true') throw new Error('Redis not found: in CI its tests must run. Install it.');
    return undefined;
  }
  const port = await freePort();
  const url = `redis://${password === '' ? '' : `:${password}@`}127.0.0.1:${port}/0`;
  const say = async (command: string): Promise<void> => {
    const client = new Redis(url, { lazyConnect: true, retryStrategy: () => null });
    client.on('error', () => undefined);
    try {
      await client.connect();
      await client.call(command);
    } finally {
      client.disconnect();
    }
  };
  let child: ReturnType<typeof spawnQuietly>;
  let server: TestServer;
  const start = async (): Promise<void> => {
    const home = makeHome('redis');
    const settings = { port, bind: '127.0.0.1', save: '', appendonly: 'no', dir: home.path, requirepass: password };
    const args = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)]);
    child = spawnQuietly(program, args, home.owner);
    server = await startServer(child, { url, home: home.path, signal: 'SIGKILL', ping: () => say('ping') });
  };
  await start();
  return {
    url,
    start,
    stop: () => server.stop(),
    pause: () => void child.kill('SIGSTOP'),
    resume: () => void child.kill('SIGCONT'),
    flush: () => say('flushall'),
  };
}

/** A Chroma of the test's own, out of an npm package that `test.sh` puts beside the others; undefined where it is not there. */
export async function startChroma(): Promise<TestServer | undefined> {
  const [program] = globSync(join(root, '.chroma/node_modules/chromadb-js-bindings-*'));
  if (!program) {
    if (process.env['CI'] === 'true') throw new Error('Chroma not found: in CI its tests must run. Use ./test.sh.');
    return undefined;
  }
  const home = mkdtempSync(join(tmpdir(), 'carrel-test-chroma-'));
  const port = await freePort();
  const url = `http://localhost:${port}`;
  const run = "require(process.argv[1]).cli(['chroma', 'run', '--path', process.argv[2], '--port', process.argv[3]])";
  return startServer(spawnQuietly(process.execPath, ['-e', run, program, home, String(port)], undefined), {
    url,
    home,
    signal: 'SIGKILL',
    ping: async () => void (await fetch(`${url}/api/v2/heartbeat`)),
  });
}

type Owner = { uid: number; gid: number } | undefined;
/** `home` goes when the server ends. */
type Running = { url: string; home: string | null; signal: NodeJS.Signals; ping: () => Promise<void> };

async function startServer(
  child: ChildProcess & { said: () => string },
  { url, home, signal, ping }: Running,
): Promise<TestServer> {
  const watch = startWatch(child, home, signal);
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const stop = async (): Promise<void> => {
    child.kill(signal);
    await ended;
    watch.kill();
    if (home !== null) rmSync(home, { recursive: true, force: true });
  };
  const deadline = Date.now() + startLimitMs;
  for (;;) {
    try {
      await ping();
      return { url, stop };
    } catch (error) {
      if (child.exitCode === null && child.signalCode === null && Date.now() < deadline) {
        await sleep(50);
        continue;
      }
      await stop();
      throw new Error(`A database server for the tests did not start: ${child.said() || String(error)}`, {
        cause: error,
      });
    }
  }
}

/** Ends the server also when this process is killed: its end of the pipe closes, and that is what the watch waits for. */
function startWatch(child: ChildProcess, home: string | null, signal: NodeJS.Signals): ChildProcess {
  const script = 'cat > /dev/null; kill -s "$1" "$2"; sleep 1; [ -z "$3" ] || rm -rf "$3"';
  const args = ['-c', script, 'sh', signal.slice('SIG'.length), String(child.pid), home ?? ''];
  return spawn('/bin/sh', args, { stdio: ['pipe', 'ignore', 'ignore'], detached: true });
}

async function pingPostgres(connectionString: string): Promise<void> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  await client.end();
}

async function pingMysql(uri: string): Promise<void> {
  const connection = await createConnection({ uri });
  await connection.end();
}

function findProgram(name: string, places: readonly string[]): string | undefined {
  const folders = [...places, ...(process.env['PATH'] ?? '').split(delimiter)];
  return folders.map((folder) => join(folder, name)).find((path) => existsSync(path));
}

/** A directory of the run's own. Both servers refuse to run as root, so root's runs hand it to another user. */
function makeHome(user: string, kept?: string): { path: string; owner: Owner } {
  const path = kept ?? mkdtempSync(join(tmpdir(), `carrel-test-${user}-`));
  mkdirSync(path, { recursive: true });
  if (process.getuid?.() !== 0) return { path, owner: undefined };
  const accounts = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'));
  const account = accounts.find(([name]) => name === user) ?? accounts.find(([name]) => name === 'nobody');
  const owner = { uid: Number(account?.[2] ?? 65534), gid: Number(account?.[3] ?? 65534) };
  chownSync(path, owner.uid, owner.gid);
  return { path, owner };
}

const asOwner = (owner: Owner): SpawnOptions => ({ cwd: '/', ...owner });

function run(program: string, args: readonly string[], owner: Owner): void {
  const { status, stdout, stderr, error } = spawnSync(program, args, { ...asOwner(owner), encoding: 'utf8' });
  if (status !== 0) throw new Error(`${program} failed: ${error?.message ?? ''}${stdout}${stderr}`);
}

function spawnQuietly(program: string, args: readonly string[], owner: Owner): ChildProcess & { said: () => string } {
  let said = '';
  const child = spawn(program, args, { ...asOwner(owner), stdio: ['ignore', 'pipe', 'pipe'] });
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk: Buffer) => (said = (said + chunk.toString()).slice(-4000)));
  return Object.assign(child, { said: () => said });
}

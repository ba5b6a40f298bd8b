import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, lstat, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort } from '../process.ts';
import { root } from './carrel.ts';
import type { Machine } from './machine.ts';
import type { Options } from './options.ts';
import { start, temporaryFolder } from './processes.ts';
import { skipped, type Row } from './report.ts';

const SIZE_MB = 400;
const FIRST_S = 180;
const SECOND_S = 3;
const INSTALL_LIMIT_MS = 600_000;

type Installed = {
  firstS: number;
  secondS: number;
  totalMb: number;
  packagesMb: number;
  pageMb: number;
  nodeMb: number;
};

/** What a newcomer gets: a copy of the tree without anything installed or built, `./start.sh`, and what then fills the disk. */
export async function installation(machine: Machine, options: Options): Promise<Row[]> {
  if (process.platform === 'win32') return [skipped('P16', 'installation', 'start.sh runs on Linux and macOS')];
  const installs: Installed[] = [];
  for (let round = 0; round < options.rounds; round += 1) installs.push(await install(machine));
  const all = (pick: (one: Installed) => number): number[] => installs.map(pick);
  const largest = (pick: (one: Installed) => number): number[] => [Math.max(...all(pick))];
  return [
    {
      id: 'P16',
      what: 'default install: tree, packages, built page',
      unit: 'MB',
      rounds: largest(({ totalMb }) => totalMb),
      limit: SIZE_MB,
    },
    { id: 'P16', what: '  of it node_modules', unit: 'MB', rounds: largest(({ packagesMb }) => packagesMb) },
    { id: 'P16', what: '  of it the built page', unit: 'MB', rounds: largest(({ pageMb }) => pageMb) },
    { id: 'P16', what: '  counted apart: the Node binary', unit: 'MB', rounds: largest(({ nodeMb }) => nodeMb) },
    {
      id: 'P16',
      what: 'fresh clone, ./start.sh to /health, npm’s cache empty',
      unit: 's',
      rounds: all(({ firstS }) => firstS),
      limit: FIRST_S,
    },
    {
      id: 'P16',
      what: 'second ./start.sh to /health',
      unit: 's',
      rounds: all(({ secondS }) => secondS),
      limit: SECOND_S,
    },
  ];
}

async function install(machine: Machine): Promise<Installed> {
  await using folder = await temporaryFolder();
  const clone = join(folder.path, 'clone');
  await copyTree(clone);
  const env = { npm_config_cache: join(folder.path, 'npm-cache') };
  const firstS = await startTime(machine, clone, folder.path, env);
  const secondS = await startTime(machine, clone, folder.path, env);
  // Only where the machine's own is too old.
  const ownNode = join(clone, '.node', 'node_modules');
  const nodeMb = existsSync(ownNode) ? await diskMb(ownNode) : (await stat(process.execPath)).size / 1e6;
  return {
    firstS,
    secondS,
    totalMb: (await diskMb(clone)) - (existsSync(ownNode) ? nodeMb : 0),
    packagesMb: await diskMb(join(clone, 'node_modules')),
    pageMb: await diskMb(join(clone, 'web', 'dist')),
    nodeMb,
  };
}

async function startTime(
  machine: Machine,
  clone: string,
  folder: string,
  env: Record<string, string>,
): Promise<number> {
  const port = await freePort();
  await using carrel = await start({
    // Packages are unpacked and the page is built on all cores, as on anybody's machine.
    command: machine.place('anywhere', ['./start.sh']),
    cwd: clone,
    env: { ...env, PORT: String(port), DATA_DIR: join(folder, 'data'), DETECT_PROVIDERS: 'false' },
    ready: `http://127.0.0.1:${port}/health`,
    limitMs: INSTALL_LIMIT_MS,
  });
  return carrel.readyMs / 1_000;
}

/** What git holds, and what would go into its next commit. */
async function copyTree(to: string): Promise<void> {
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
    encoding: 'utf8',
  });
  for (const path of listed.split('\0').filter(Boolean)) {
    const from = join(root, path);
    // Deleted and not yet committed.
    if (!existsSync(from)) continue;
    await cp(from, join(to, path), { recursive: false, verbatimSymlinks: true, preserveTimestamps: true });
  }
}

/** What a folder takes on the disk, in whole blocks, in MB (10^6 bytes). Links are not followed; a file of two names counts once. */
async function diskMb(path: string): Promise<number> {
  const seen = new Set<number>();
  let blocks = 0;
  const add = async (at: string): Promise<void> => {
    const { ino, blocks: own } = await lstat(at);
    if (seen.has(ino)) return;
    seen.add(ino);
    blocks += own;
  };
  await add(path);
  for (const entry of await readdir(path, { recursive: true, withFileTypes: true }))
    await add(join(entry.parentPath, entry.name));
  return (blocks * 512) / 1e6;
}

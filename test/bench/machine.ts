import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, platform, release } from 'node:os';

/** Where a process runs: what is measured, what measures it, or wherever the system likes. */
export type Place = 'server' | 'load' | 'anywhere';

export type Machine = {
  describe(): { node: string; cpu: string; cores: number; system: string; load: string; pinned: string };
  /** A command that runs in a place of its own. The process keeps the id that it is spawned with. */
  place(place: Place, command: readonly [string, ...string[]]): [string, ...string[]];
  /** Moves this process. */
  moveTo(place: Place): void;
};

/** `0-2,5` as Linux writes lists of processors. */
export function coresIn(list: string): number[] {
  return list
    .trim()
    .split(',')
    .filter(Boolean)
    .flatMap((range) => {
      const [from = 0, to = from] = range.split('-').map(Number);
      return Array.from({ length: to - from + 1 }, (_, at) => from + at);
    });
}

/** Pins by `taskset`; without it, or with one core alone, everything runs where the system likes, and the report says so. */
export function thisMachine(): Machine {
  const allowed = allowedCores();
  const [serverCore, loadCore] = allowed;
  const lists =
    serverCore !== undefined && loadCore !== undefined && spawnSync('taskset', ['--version']).status === 0
      ? { server: String(serverCore), load: String(loadCore), anywhere: allowed.join(',') }
      : null;
  return {
    describe: () => ({
      node: process.version,
      cpu: cpus()[0]?.model ?? 'unknown',
      cores: availableParallelism(),
      system: `${platform()} ${release()}`,
      load: loadavg()
        .map((load) => load.toFixed(1))
        .join(' '),
      pinned: lists
        ? `server on core ${lists.server}, load and provider on core ${lists.load}`
        : 'nothing (no taskset, or one core)',
    }),
    place: (place, command) => (lists ? ['taskset', '-c', lists[place], ...command] : [...command]),
    moveTo: (place) => {
      if (lists) spawnSync('taskset', ['-a', '-c', '-p', lists[place], String(process.pid)]);
    },
  };
}

function allowedCores(): number[] {
  try {
    return coresIn(/^Cpus_allowed_list:\s*(.*)$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? '');
  } catch {
    return [];
  }
}

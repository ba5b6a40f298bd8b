import { createHash, randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { hours } from '../../../lib/clock.ts';

/** Process ids mean something on their own machine only; containers on one volume each have their host name. */
const machine = createHash('sha256').update(hostname()).digest('hex').slice(0, 12);

/** A name that tells who writes the file, so that whoever starts next knows what was left behind. */
export const tempFileName = (): string => `${machine}.${process.pid}.${randomUUID()}`;

/**
 * Whether nobody writes a file any more: its process is gone, or, where that can't be seen, it has not grown for an hour.
 * A restarted container gives the same id to its new process, which knows what is older than itself.
 */
export function isStaleTempFile(name: string, modifiedAt: number): boolean {
  const now = Date.now();
  if (now - modifiedAt > hours(1)) return true;
  const [owner, pid] = name.split('.');
  if (owner !== machine) return false;
  if (Number(pid) === process.pid) return modifiedAt < now - process.uptime() * 1_000;
  return !isRunning(Number(pid));
}

function isRunning(pid: number): boolean {
  try {
    // Signal 0 asks and does nothing.
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

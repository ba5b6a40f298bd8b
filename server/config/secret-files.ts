import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  closeSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';

const codeOf = (error: unknown): string | undefined => (error as NodeJS.ErrnoException).code;

/**
 * The content of a secret's file, made with `create` when there is none. Of several processes that start at once all get
 * the content of the first, and none ever sees half a file. Mode 0600 in a folder of mode 0700.
 */
export function secretFile(path: string, create: () => string): string {
  const existing = read(path);
  if (existing !== undefined) return existing;
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const temporary = `${path}.${process.pid}.${randomBytes(6).toString('hex')}`;
  try {
    writeSecret(temporary, create());
    publish(temporary, path);
  } finally {
    rmSync(temporary, { force: true });
  }
  return read(path) ?? '';
}

function read(path: string): string | undefined {
  try {
    const content = readFileSync(path, 'utf8');
    // A copy or a restore may have opened it to others.
    if (process.platform !== 'win32' && (statSync(path).mode & 0o077) !== 0) chmodSync(path, 0o600);
    return content;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** A new file of mode 0600, on the disk when this returns. Fails where the name is taken. */
export function writeSecret(path: string, content: string): void {
  const file = openSync(path, 'wx', 0o600);
  try {
    writeSync(file, content);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** A hard link appears whole or not at all, and fails where the name is taken: then another process was first. */
function publish(temporary: string, path: string): void {
  try {
    linkSync(temporary, path);
  } catch (error) {
    const code = codeOf(error);
    if (code === 'EEXIST') return;
    // Some network and FAT file systems have no hard links.
    if (!['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'].includes(code ?? '')) throw error;
    createExclusively(path, readFileSync(temporary, 'utf8'));
  }
}

function createExclusively(path: string, content: string): void {
  try {
    writeSecret(path, content);
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
  }
}

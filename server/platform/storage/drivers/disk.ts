import { createHash } from 'node:crypto';
import { constants, createReadStream, type Dirent } from 'node:fs';
import { mkdir, open, lstat, readdir, realpath, rename, rmdir, stat, unlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { AppError } from '../../../lib/errors.ts';
import type { ObjectStore } from '../driver.ts';
import { assertKeyPrefix, assertObjectKey } from '../keys.ts';
import { isStaleTempFile, tempFileName } from './disk-temp.ts';

/** Beside the objects, so that a rename never crosses file systems; its dot keeps it out of the space of keys. */
const tempDir = '.tmp';

/**
 * Objects as files below `root`, which is made when it is missing. Files are 0600 and directories 0700. A body is written
 * aside, flushed to the disk and renamed, so an object is there whole or not at all, also after a power cut. What an
 * earlier process left half-written is removed here.
 */
export async function createDiskStore(options: { root: string }): Promise<ObjectStore> {
  await mkdir(options.root, { recursive: true, mode: 0o700 });
  const root = await realpath(options.root);
  const temp = join(root, tempDir);
  await ensureDirectory(root, temp);
  await removeStaleTempFiles(temp);

  const pathOf = (key: string): string => {
    assertObjectKey(key);
    return join(root, key);
  };

  return {
    async put(key, body, { maxBytes }) {
      // A body may fail before the first byte is asked for; unheard, that would end the process.
      body.on('error', () => undefined);
      const target = pathOf(key);
      const aside = join(temp, tempFileName());
      try {
        const written = await writeFlushed(aside, body, maxBytes);
        await moveInto(root, aside, target);
        return written;
      } catch (error) {
        body.destroy();
        await unlink(aside).catch(() => undefined);
        throw asStorageError(error);
      }
    },

    async get(key, range) {
      const path = pathOf(key);
      try {
        await assertInside(root, dirname(path));
        const handle = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW);
        return createReadStream(path, { fd: handle, ...range });
      } catch (error) {
        throw isMissing(error) ? new AppError('FILE_NOT_FOUND', { cause: error }) : error;
      }
    },

    async delete(key) {
      const path = pathOf(key);
      try {
        await assertInside(root, dirname(path));
        await unlink(path);
      } catch (error) {
        if (!isMissing(error)) throw error;
      }
      await removeEmptyParents(root, dirname(path));
    },

    async *list(prefix) {
      assertKeyPrefix(prefix);
      const at = prefix.lastIndexOf('/') + 1;
      for await (const key of keysBelow(root, prefix.slice(0, at))) if (key.startsWith(prefix)) yield key;
    },

    async check() {
      const probe = join(temp, tempFileName());
      try {
        await (await open(probe, 'wx', 0o600)).close();
      } catch (error) {
        throw asStorageError(error);
      }
      await unlink(probe);
    },
  };
}

async function writeFlushed(path: string, body: Readable, maxBytes: number): Promise<{ size: number; sha256: string }> {
  const hash = createHash('sha256');
  let size = 0;
  const file = await open(path, 'wx', 0o600);
  try {
    // An aborted body ends this loop with its error.
    for await (const chunk of body as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > maxBytes) throw new AppError('PAYLOAD_TOO_LARGE');
      hash.update(chunk);
      for (let from = 0; from < chunk.length;) from += (await file.write(chunk, from)).bytesWritten;
    }
    await file.sync();
  } finally {
    await file.close();
  }
  return { size, sha256: hash.digest('hex') };
}

/** Tries again when a deletion next door takes the directory away between its making and the rename. */
async function moveInto(root: string, from: string, to: string): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await ensureDirectory(root, dirname(to));
      await rename(from, to);
      break;
    } catch (error) {
      if (!isMissing(error) || attempt === 5) throw error;
    }
  }
  await flushDirectory(dirname(to));
}

/** Makes what is missing from the root down; refuses to go through a symbolic link. */
async function ensureDirectory(root: string, path: string): Promise<void> {
  if (path === root) return;
  await ensureDirectory(root, dirname(path));
  try {
    await mkdir(path, { mode: 0o700 });
    await flushDirectory(dirname(path));
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error;
    if (!(await lstat(path)).isDirectory())
      throw new Error('An object path leads outside of its store.', { cause: error });
  }
}

async function assertInside(root: string, directory: string): Promise<void> {
  if (directory !== root && (await realpath(directory)) !== directory)
    throw new Error('An object path leads outside of its store.');
}

/** A name is durable only when its directory is. Windows can't open directories, and does without. */
async function flushDirectory(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const directory = await open(path, 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}

async function removeEmptyParents(root: string, directory: string): Promise<void> {
  for (let path = directory; path !== root; path = dirname(path)) {
    try {
      await rmdir(path);
    } catch (error) {
      if (isMissing(error)) continue;
      return;
    }
  }
}

async function* keysBelow(root: string, prefix: string): AsyncIterable<string> {
  let entries: Dirent[];
  try {
    entries = await readdir(join(root, prefix), { withFileTypes: true });
  } catch (error) {
    if (isMissing(error)) return;
    throw error;
  }
  for (const entry of entries) {
    if (entry.name.startsWith('.')) continue;
    if (entry.isDirectory()) yield* keysBelow(root, `${prefix}${entry.name}/`);
    else if (entry.isFile()) yield `${prefix}${entry.name}`;
  }
}

async function removeStaleTempFiles(directory: string): Promise<void> {
  for (const name of await readdir(directory)) {
    const path = join(directory, name);
    try {
      if (isStaleTempFile(basename(path), (await stat(path)).mtimeMs)) await unlink(path);
    } catch (error) {
      // Another process that starts at the same time was first.
      if (!isMissing(error)) throw error;
    }
  }
}

const hasCode = (error: unknown, ...codes: string[]): boolean =>
  codes.includes((error as NodeJS.ErrnoException | null)?.code ?? '');
const isMissing = (error: unknown): boolean => hasCode(error, 'ENOENT', 'ENOTDIR');
const asStorageError = (error: unknown): unknown =>
  hasCode(error, 'ENOSPC', 'EDQUOT') ? new AppError('STORAGE_FULL', { cause: error }) : error;

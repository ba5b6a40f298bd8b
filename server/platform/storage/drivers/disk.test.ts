import { randomUUID } from 'node:crypto';
import { chmod, mkdir, mkdtemp, open, readdir, readFile, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { collect, objectStoreContract } from '../contract.ts';
import { tempFileName } from './disk-temp.ts';
import { createDiskStore } from './disk.ts';

const limit = { maxBytes: 1_000_000 };
const directories: string[] = [];

async function directory(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'carrel-store-'));
  directories.push(path);
  return path;
}

afterEach(async () => {
  vi.restoreAllMocks();
  for (const path of directories.splice(0)) await rm(path, { recursive: true, force: true });
});

objectStoreContract('disk', async () => {
  const root = await mkdtemp(join(tmpdir(), 'carrel-store-'));
  return { store: await createDiskStore({ root }), close: () => rm(root, { recursive: true }) };
});

/** Every write of this process fails with the code, as the system would say it. */
async function failWrites(code: string): Promise<void> {
  const handle = await open(join(await directory(), 'any'), 'w');
  vi.spyOn(Object.getPrototypeOf(handle) as typeof handle, 'write').mockRejectedValue(
    Object.assign(new Error(code), { code }),
  );
  await handle.close();
}

describe('disk store', () => {
  it('lets nobody else read', async () => {
    const root = join(await directory(), 'made', 'here');
    const store = await createDiskStore({ root });
    await store.put('user/file/object', Readable.from([Buffer.from('x')]), limit);
    const mode = async (path: string) => ((await stat(join(root, path))).mode & 0o777).toString(8);
    expect([await mode(''), await mode('user'), await mode('user/file'), await mode('user/file/object')]).toEqual([
      '700',
      '700',
      '700',
      '600',
    ]);
  });

  it.each(['ENOSPC', 'EDQUOT'])('answers %s with STORAGE_FULL and leaves nothing', async (code) => {
    const root = await directory();
    const store = await createDiskStore({ root });
    await failWrites(code);
    await expect(store.put('user/object', Readable.from([Buffer.from('x')]), limit)).rejects.toMatchObject({
      code: 'STORAGE_FULL',
    });
    expect(await readdir(root, { recursive: true })).toEqual(['.tmp']);
  });

  it('removes directories that have become empty, and no others', async () => {
    const root = await directory();
    const store = await createDiskStore({ root });
    for (const key of ['user/one/object', 'user/two/object'])
      await store.put(key, Readable.from([Buffer.from('x')]), limit);
    await store.delete('user/one/object');
    expect((await readdir(root, { recursive: true })).sort()).toEqual(['.tmp', 'user', 'user/two', 'user/two/object']);
    await store.delete('user/two/object');
    expect(await readdir(root)).toEqual(['.tmp']);
  });

  it('does not follow symbolic links out of its root', async () => {
    const root = await directory();
    const outside = await directory();
    await writeFile(join(outside, 'secret'), 'secret');
    const store = await createDiskStore({ root });
    await symlink(outside, join(root, 'link'));
    await mkdir(join(root, 'user'));
    await symlink(join(outside, 'secret'), join(root, 'user', 'object'));

    await expect(store.put('link/new', Readable.from([Buffer.from('x')]), limit)).rejects.toThrow(/outside/);
    await expect(store.put('link/sub/new', Readable.from([Buffer.from('x')]), limit)).rejects.toThrow(/outside/);
    await expect(store.get('link/secret')).rejects.toThrow(/outside/);
    await expect(store.get('user/object')).rejects.toThrow();
    await expect(store.delete('link/secret')).rejects.toThrow(/outside/);
    expect(await collect(store.list(''))).toEqual([]);
    expect(await readdir(outside)).toEqual(['secret']);
    expect(await readFile(join(outside, 'secret'), 'utf8')).toBe('secret');
  });

  it('clears away at its start what dead processes left half-written', async () => {
    const root = await directory();
    await createDiskStore({ root });
    const put = async (name: string, ageMs: number): Promise<string> => {
      const path = join(root, '.tmp', name);
      await writeFile(path, 'half');
      const at = new Date(Date.now() - ageMs);
      await utimes(path, at, at);
      return name;
    };
    const [machine] = tempFileName().split('.');
    const ours = await put(tempFileName(), 0);
    const ofOurParent = await put(`${machine}.${process.ppid}.${randomUUID()}`, 60_000);
    const elsewhere = await put(`0123456789ab.1.${randomUUID()}`, 60_000);
    await put(tempFileName(), Math.ceil(process.uptime() * 1_000) + 60_000);
    await put(`${machine}.${2 ** 22 + 1}.${randomUUID()}`, 0);
    await put(`0123456789ab.1.${randomUUID()}`, 3_700_000);

    await createDiskStore({ root });
    expect((await readdir(join(root, '.tmp'))).sort()).toEqual([ours, ofOurParent, elsewhere].sort());
  });

  it('is not well when its directory is gone', async () => {
    const root = await directory();
    const store = await createDiskStore({ root });
    await chmod(root, 0o700);
    await rm(join(root, '.tmp'), { recursive: true });
    await expect(store.check()).rejects.toThrow();
  });
});

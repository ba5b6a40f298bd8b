import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { PassThrough, Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ObjectStore } from './driver.ts';

const large = { maxBytes: 10_000_000 };
const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

export async function collect(keys: AsyncIterable<string>): Promise<string[]> {
  const all: string[] = [];
  for await (const key of keys) all.push(key);
  return all;
}

/** What every driver of the object store must do. `open` gives a store of its own; `close` takes it away again. */
export function objectStoreContract(
  name: string,
  open: () => Promise<{ store: ObjectStore; close(): Promise<void> }>,
): void {
  describe(`object store: ${name}`, () => {
    let store: ObjectStore;
    let close: () => Promise<void>;
    beforeAll(async () => ({ store, close } = await open()));
    afterAll(() => close());

    const keys = async (prefix: string): Promise<string[]> => (await collect(store.list(prefix))).sort();
    const put = (key: string, bytes: Buffer) => store.put(key, Readable.from([bytes]), large);
    const read = async (key: string): Promise<Buffer> => buffer(await store.get(key));

    it('gives back what it was given, with size and hash', async () => {
      const bytes = randomBytes(300_000);
      const body = Readable.from([bytes.subarray(0, 70_000), bytes.subarray(70_000)]);
      expect(await store.put('user/file/object.pdf', body, large)).toEqual({ size: 300_000, sha256: sha256(bytes) });
      expect((await read('user/file/object.pdf')).equals(bytes)).toBe(true);
    });

    it('gives a stretch of an object, both ends included', async () => {
      await put('stretch', Buffer.from('0123456789'));
      const part = async (start: number, end: number) =>
        (await buffer(await store.get('stretch', { start, end }))).toString();
      expect([await part(0, 0), await part(2, 5), await part(9, 9), await part(0, 9)]).toEqual([
        '0',
        '2345',
        '9',
        '0123456789',
      ]);
    });

    it('stores an empty object', async () => {
      expect(await put('empty', Buffer.alloc(0))).toEqual({ size: 0, sha256: sha256(Buffer.alloc(0)) });
      expect(await read('empty')).toHaveLength(0);
    });

    it('replaces an object whole', async () => {
      await put('replaced', Buffer.from('a long first version'));
      await put('replaced', Buffer.from('second'));
      expect((await read('replaced')).toString()).toBe('second');
    });

    it('takes exactly the limit and not a byte more', async () => {
      const bytes = randomBytes(1_000);
      await store.put('limit/exact', Readable.from([bytes]), { maxBytes: 1_000 });
      await expect(
        store.put('limit/over', Readable.from([bytes, Buffer.from('x')]), { maxBytes: 1_000 }),
      ).rejects.toMatchObject({ code: 'PAYLOAD_TOO_LARGE' });
      expect(await keys('limit/')).toEqual(['limit/exact']);
    });

    it('leaves nothing of a body that fails', async () => {
      const body = new PassThrough();
      const putting = store.put('failed/object', body, large);
      body.write(randomBytes(100_000));
      body.destroy(new Error('the line went dead'));
      await expect(putting).rejects.toThrow('the line went dead');
      expect(await keys('failed/')).toEqual([]);
    });

    it('leaves nothing of a body that is cut off without an error, and keeps what was there', async () => {
      await put('cut/object', Buffer.from('before'));
      const body = new PassThrough();
      const putting = store.put('cut/object', body, large);
      body.write('half of');
      body.destroy();
      await expect(putting).rejects.toThrow();
      expect((await read('cut/object')).toString()).toBe('before');
    });

    it('says what is missing', async () => {
      await expect(store.get('no/such/object')).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
    });

    it('deletes, again and again', async () => {
      await put('gone/object', Buffer.from('x'));
      await store.delete('gone/object');
      await store.delete('gone/object');
      await expect(store.get('gone/object')).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
      expect(await keys('gone/')).toEqual([]);
    });

    it('lists by prefix, also within a name', async () => {
      for (const key of ['list/a/1', 'list/a/2', 'list/ab/3', 'list/b']) await put(key, Buffer.from(key));
      expect(await keys('list/')).toEqual(['list/a/1', 'list/a/2', 'list/ab/3', 'list/b']);
      expect(await keys('list/a/')).toEqual(['list/a/1', 'list/a/2']);
      expect(await keys('list/a')).toEqual(['list/a/1', 'list/a/2', 'list/ab/3']);
      expect(await keys('nothing/')).toEqual([]);
      expect(await keys('')).toContain('list/b');
    });

    it('survives writing and deleting side by side under one parent', async () => {
      const parent = randomUUID();
      await Promise.all(
        Array.from({ length: 40 }, async (_, n) => {
          await put(`${parent}/${n}/object`, Buffer.from(String(n)));
          if (n % 2) await store.delete(`${parent}/${n}/object`);
        }),
      );
      expect(await keys(`${parent}/`)).toHaveLength(20);
    });

    it.each([
      '',
      '/',
      '/etc/passwd',
      '../up',
      'a/../b',
      'a/./b',
      'a//b',
      'a/',
      '.hidden',
      'a/.hidden',
      'a\0b',
      'a\\b',
      'a b',
      'ä',
      'C:/x',
      'a%2fb',
      'a\n',
    ])('refuses the key %j', async (key) => {
      await expect(put(key, Buffer.from('x'))).rejects.toThrow(/refused/);
      await expect(store.get(key)).rejects.toThrow(/refused/);
      await expect(store.delete(key)).rejects.toThrow(/refused/);
    });

    it.each(['..', '../', '/', '.', 'a\0'])('refuses the prefix %j', async (prefix) => {
      await expect(keys(prefix)).rejects.toThrow(/refused/);
    });

    it('is well', async () => {
      await expect(store.check()).resolves.toBeUndefined();
    });
  });
}

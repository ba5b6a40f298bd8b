import { randomUUID } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import pino from 'pino';
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { brokenPdf, encryptedPdf, makePdf } from '../../../test/fixtures/pdf.ts';
import { describeEachDatabase } from '../../../test/databases.ts';
import type { DomainEvents } from '../../../shared/events.ts';
import { createTransactor } from '../../db/transaction.ts';
import { hours } from '../../lib/clock.ts';
import { AppError } from '../../lib/errors.ts';
import { newId } from '../../lib/ids.ts';
import { createLocalEvents } from '../../platform/events/drivers/local.ts';
import type { ExtractedPage } from '../../platform/extract/driver.ts';
import { createTextExtractor } from '../../platform/extract/drivers/worker-pool.ts';
import { createDiskStore } from '../../platform/storage/drivers/disk.ts';
import { createFileService, type FileService } from './service.ts';
import { thumbnailKey } from './thumbnails.ts';
import type { UploadPart } from './upload.ts';

const logger = pino({ level: 'silent' });
const never = new AbortController().signal;

describeEachDatabase('files', (database) => {
  let root: string;
  let files: FileService;
  let store: Awaited<ReturnType<typeof createDiskStore>>;
  let clock: number;
  let queued: string[];
  let failEnqueue: boolean;
  let published: DomainEvents['file.updated'][];
  let passages: Map<string, readonly ExtractedPage[]>;
  let anna: { userId: string };
  let ben: { userId: string };

  const extractor = createTextExtractor({ logger });

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'carrel-files-'));
    store = await createDiskStore({ root: join(root, 'files') });
    clock = Date.now();
    [queued, published, passages, failEnqueue] = [[], [], new Map(), false];
    const events = createLocalEvents({ logger });
    events.subscribe('file.updated', (event) => void published.push(event));
    files = createFileService({
      db: database().db,
      inTransaction: createTransactor(database()),
      store,
      extractor,
      passages: {
        replace: (file, pages) => {
          passages.set(file.id, pages);
          return Promise.resolve({ count: pages.filter(({ text }) => text).length });
        },
        mayRead: () => Promise.resolve(false),
        removeFile: (id) => Promise.resolve(void passages.delete(id)),
        list: (id, { page } = {}) =>
          Promise.resolve(
            (passages.get(id) ?? [])
              .map((each, ordinal) => ({ ordinal, ...each }))
              .filter((each) => page === undefined || each.page === page),
          ),
      },
      jobs: {
        enqueue: (kind, payload) => {
          if (failEnqueue) return Promise.reject(new Error('no queue'));
          if (kind === 'file.read' && 'file_id' in payload) queued.push(payload.file_id);
          return Promise.resolve();
        },
      },
      events,
      room: { storageLimit: () => Promise.resolve(null), noRoom: () => new AppError('STORAGE_QUOTA_EXCEEDED') },
      config: { dataDir: root, limits: { uploadBytes: 200_000, pdfBytes: 100_000 } },
      logger,
      now: () => clock,
    });
    [anna, ben] = [{ userId: await person() }, { userId: await person() }];
  });

  afterAll(() => extractor.close());
  afterEach(async () => {
    await rm(root, { recursive: true });
  });

  async function person(): Promise<string> {
    const id = newId();
    const row = {
      id,
      email: `${id}@example.org`,
      username: null,
      username_key: null,
      name: 'P',
      role: 'user',
      is_active: 1,
      password_hash: null,
    } as const;
    await database()
      .db.insertInto('users')
      .values({ ...row, email_verified: 0, created_at: 0, updated_at: 0, last_active_at: null })
      .execute();
    return id;
  }

  async function* form(...parts: UploadPart[]): AsyncGenerator<UploadPart> {
    yield* parts;
  }
  const part = (filename: string | undefined, bytes: Buffer | string): UploadPart => ({
    field: 'file',
    filename,
    stream: Readable.from([Buffer.from(bytes)]),
  });
  const upload = (filename: string, bytes: Buffer | string, who = anna) =>
    files.upload(who, form(part(filename, bytes)));
  const read = (id: string, context = {}) =>
    files.read(id, { signal: never, progress: () => undefined, attempt: 1, lastAttempt: false, ...context });
  const uploadAndRead = async (filename: string, bytes: Buffer | string) => {
    const { id } = await upload(filename, bytes);
    await read(id);
    return files.get(anna, id);
  };
  /** Files below the data directory, whatever they are. */
  const onDisk = async (): Promise<string[]> =>
    (await readdir(root, { recursive: true, withFileTypes: true }))
      .filter((entry) => entry.isFile())
      .map(({ name }) => name);
  const nothingLeft = async (): Promise<void> => {
    expect(await onDisk()).toEqual([]);
    expect((await files.list(anna, { limit: 50 })).items).toEqual([]);
    expect(queued).toEqual([]);
  };

  describe('upload', () => {
    it('stores the bytes under a name of our own and queues the reading', async () => {
      const file = await upload('../../My notes\u202e.md', '# Hello');
      expect(file).toMatchObject({
        filename: 'My notes.md',
        content_type: 'text/markdown',
        size: 7,
        status: 'queued',
        status_detail: null,
        page_count: null,
      });
      expect(queued).toEqual([file.id]);
      expect(await onDisk()).toEqual([expect.stringMatching(/^[0-9a-f-]{36}\.md$/)]);
      const { file: row, open } = await files.content(anna, file.id);
      expect(row.storage_key).toMatch(new RegExp(`^${anna.userId}/${file.id}/[0-9a-f-]{36}\\.md$`));
      expect((await buffer(await open())).toString()).toBe('# Hello');
    });

    it.each<[string, string, Buffer, string]>([
      [
        'a program',
        'manual.pdf',
        Buffer.concat([Buffer.from('MZ\x90\0\x03\0\0\0', 'latin1'), Buffer.alloc(300)]),
        'UNSUPPORTED_FILE_TYPE',
      ],
      ['an archive', 'notes.zip', Buffer.from('504b03040a0000000000', 'hex'), 'UNSUPPORTED_FILE_TYPE'],
      ['noise', 'notes.txt', Buffer.from([0, 1, 2, 3, 200]), 'UNSUPPORTED_FILE_TYPE'],
      ['nothing', 'empty.txt', Buffer.alloc(0), 'VALIDATION_FAILED'],
      ['too much', 'long.txt', Buffer.alloc(200_001, 'a'), 'PAYLOAD_TOO_LARGE'],
      ['too much for a PDF', 'long.pdf', Buffer.concat([brokenPdf(), Buffer.alloc(100_000)]), 'PAYLOAD_TOO_LARGE'],
    ])('refuses %s and keeps nothing', async (_, name, bytes, code) => {
      await expect(upload(name, bytes)).rejects.toMatchObject({ code });
      await nothingLeft();
    });

    it('takes what is exactly as large as allowed', async () => {
      expect((await upload('a.txt', Buffer.alloc(200_000, 'a'))).size).toBe(200_000);
    });

    it('takes HTML for the text that it is', async () => {
      expect((await upload('cat.png', '<!doctype html><script>alert(1)</script>')).content_type).toBe('text/plain');
    });

    it.each<[string, () => UploadPart[]]>([
      ['no part', () => []],
      ['a part of another name', () => [{ ...part('a.txt', 'a'), field: 'document' }]],
      ['a field beside the file', () => [part('a.txt', 'a'), { field: 'folder' }]],
      ['a field instead of the file', () => [{ field: 'file' }]],
      ['two files', () => [part('a.txt', 'a'), part('b.txt', 'b')]],
    ])('refuses a form with %s and keeps nothing', async (_, parts) => {
      await expect(files.upload(anna, form(...parts()))).rejects.toMatchObject({
        code: 'VALIDATION_FAILED',
        details: { fields: [{ path: expect.any(String) }] },
      });
      await nothingLeft();
    });

    it.each([10, 150_000])('keeps nothing of an upload that breaks off after %i bytes', async (size) => {
      const stream = new PassThrough();
      const uploading = files.upload(anna, form({ field: 'file', filename: 'a.txt', stream }));
      stream.write(Buffer.alloc(size, 'a'));
      setImmediate(() => stream.destroy(new Error('the line went dead')));
      await expect(uploading).rejects.toMatchObject({ code: 'VALIDATION_FAILED' });
      await nothingLeft();
    });

    it('keeps nothing of a form that breaks off behind the file', async () => {
      const parts = async function* (): AsyncGenerator<UploadPart> {
        yield part('a.txt', 'whole');
        throw new Error('the line went dead');
      };
      await expect(files.upload(anna, parts())).rejects.toThrow();
      await nothingLeft();
    });

    it('keeps nothing when the reading can’t be queued', async () => {
      failEnqueue = true;
      await expect(upload('a.txt', 'a')).rejects.toThrow('no queue');
      await nothingLeft();
    });
  });

  describe('reading', () => {
    it('goes from queued over processing to ready, and tells each step', async () => {
      const pages = Array.from({ length: 5 }, (_, n) => [`Chapter ${n + 1}`, 'Words.']);
      const { id } = await upload('book.pdf', await makePdf({ pages }));
      const progress: number[] = [];
      await read(id, { progress: (fraction: number) => void progress.push(fraction) });
      expect(await files.get(anna, id)).toMatchObject({ status: 'ready', status_detail: null, page_count: 5 });
      expect(progress).toEqual([0.2, 0.4, 0.6, 0.8, 1]);
      expect(published.map(({ status, status_detail }) => [status, status_detail])).toEqual([
        ['queued', null],
        ['processing', 'Reading the file'],
        ['processing', 'Reading page 2 of 5'],
        ['ready', null],
      ]);
      expect(published.every(({ user_id, file_id }) => user_id === anna.userId && file_id === id)).toBe(true);
      expect(await files.passages(anna, id, { page: 3 })).toEqual([
        { ordinal: 2, page: 3, text: 'Chapter 3\n\nWords.' },
      ]);
      expect(await files.passages(anna, id)).toHaveLength(5);
      expect(await readdir(join(root, 'tmp'))).toEqual([]);
    });

    it.each<[string, () => Buffer, RegExp]>([
      ['a broken PDF', brokenPdf, /damaged/],
      ['a protected PDF', encryptedPdf, /password/],
    ])('fails for %s with words that help', async (_, bytes, words) => {
      const file = await uploadAndRead('a.pdf', bytes());
      expect(file).toMatchObject({ status: 'failed', status_detail: expect.stringMatching(words) });
    });

    it('reads what is written in a picture, and says where its words come from', async () => {
      const scan = await readFile(new URL('../../../test/fixtures/office/scan.jpg', import.meta.url));
      const file = await uploadAndRead('scan.jpg', scan);
      expect(file).toMatchObject({
        status: 'ready',
        content_type: 'image/jpeg',
        page_count: 1,
        status_detail: expect.stringContaining('from pictures'),
      });
    });

    it('says that pages hold no text', async () => {
      expect(await uploadAndRead('scan.pdf', await makePdf({ pages: [[], []] }))).toMatchObject({
        status: 'ready',
        page_count: 2,
        status_detail: expect.stringContaining('No text was found'),
      });
      expect(await uploadAndRead('blank.txt', ' \n ')).toMatchObject({
        status: 'ready',
        status_detail: 'The file holds no text.',
      });
      expect(await uploadAndRead('half.pdf', await makePdf({ pages: [['Title'], [], []] }))).toMatchObject({
        status_detail: expect.stringContaining('2 of 3 pages'),
      });
    });

    it('does nothing the second time', async () => {
      const { id } = await uploadAndRead('a.txt', 'text');
      passages.clear();
      await read(id);
      expect(passages.size).toBe(0);
      expect(published.filter(({ status }) => status === 'ready')).toHaveLength(1);
    });

    it('does nothing for a file that is gone, before or meanwhile', async () => {
      await read(newId());
      const { id } = await upload('a.pdf', await makePdf({ pages: [['A'], ['B'], ['C']] }));
      const removals: Promise<void>[] = [];
      await read(id, { progress: () => void removals.push(files.remove(anna, id)) });
      await Promise.all(removals);
      expect(passages.has(id)).toBe(false);
      expect(published.at(-1)?.status).toBe('deleted');
    });

    it('fails when the object is gone', async () => {
      const { id } = await upload('a.txt', 'text');
      await store.delete((await files.content(anna, id)).file.storage_key);
      await read(id);
      expect(await files.get(anna, id)).toMatchObject({
        status: 'failed',
        status_detail: expect.stringContaining('gone'),
      });
    });

    it('leaves a fault that may pass to the next attempt, and gives up after the last', async () => {
      const { id } = await upload('a.txt', 'text');
      const get = vi.spyOn(store, 'get').mockRejectedValue(new Error('the store is away'));
      await expect(read(id)).rejects.toThrow('away');
      expect((await files.get(anna, id)).status).toBe('processing');
      await expect(read(id, { lastAttempt: true })).rejects.toThrow('away');
      expect(await files.get(anna, id)).toMatchObject({
        status: 'failed',
        status_detail: expect.stringContaining('upload it again'),
      });
      get.mockRestore();
    });

    it('stops when the job is aborted, and begins again', async () => {
      const { id } = await upload('a.pdf', await makePdf({ pages: [['A'], ['B']] }));
      const controller = new AbortController();
      await expect(
        read(id, {
          signal: controller.signal,
          lastAttempt: true,
          progress: () => controller.abort(new Error('lease lost')),
        }),
      ).rejects.toThrow('lease lost');
      expect((await files.get(anna, id)).status).toBe('processing');
      await read(id, { attempt: 2 });
      expect((await files.get(anna, id)).status).toBe('ready');
    });
  });

  describe('access', () => {
    it('knows nothing of other people’s files', async () => {
      const { id } = await upload('secret.txt', 'secret');
      for (const attempt of [
        () => files.get(ben, id),
        () => files.content(ben, id),
        () => files.passages(ben, id),
        () => files.owned(ben.userId, [id]),
        () => files.waitUntilReady(ben.userId, [id], never, 1),
      ]) {
        await expect(attempt()).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
      }
      await files.remove(ben, id);
      expect((await files.get(anna, id)).id).toBe(id);
      expect((await files.list(ben, { limit: 50 })).items).toEqual([]);
    });

    it('deletes passages, row and object, again and again', async () => {
      const { id } = await uploadAndRead('a.txt', 'text');
      await files.remove(anna, id);
      await files.remove(anna, id);
      expect(passages.size).toBe(0);
      expect(await onDisk()).toEqual([]);
      await expect(files.get(anna, id)).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
    });

    it('lists newest first in pages that stay put while files come in', async () => {
      const ids: string[] = [];
      for (const step of [0, 0, 1, 1, 1]) {
        clock += step;
        ids.unshift((await upload('a.txt', 'a')).id);
      }
      const first = await files.list(anna, { limit: 2 });
      clock += 1;
      await upload('later.txt', 'b');
      const second = await files.list(anna, { limit: 2, cursor: first.next_cursor ?? '' });
      const third = await files.list(anna, { limit: 2, cursor: second.next_cursor ?? '' });
      expect([first, second, third].flatMap(({ items }) => items.map(({ id }) => id))).toEqual(ids);
      expect(third.next_cursor).toBeNull();
      await expect(files.list(anna, { limit: 2, cursor: 'nonsense' })).rejects.toMatchObject({
        code: 'VALIDATION_FAILED',
      });
    });
  });

  describe('waiting', () => {
    it('ends when the last file is read, whatever became of it, in the order asked for', async () => {
      const good = await upload('a.txt', 'text');
      const bad = await upload('b.pdf', brokenPdf());
      const waiting = files.waitUntilReady(anna.userId, [bad.id, good.id, bad.id], never, 60_000);
      await read(good.id);
      await read(bad.id);
      expect((await waiting).map(({ id, status }) => [id, status])).toEqual([
        [bad.id, 'failed'],
        [good.id, 'ready'],
      ]);
    });

    it('sees what another process has read', async () => {
      const { id } = await upload('a.txt', 'text');
      const waiting = files.waitUntilReady(anna.userId, [id], never, 60_000);
      await database().db.updateTable('files').set({ status: 'ready' }).where('id', '=', id).execute();
      expect((await waiting)[0]?.status).toBe('ready');
    });

    it('gives what there is when the time is over', async () => {
      const { id } = await upload('a.txt', 'text');
      expect((await files.waitUntilReady(anna.userId, [id], never, 20)).map(({ status }) => status)).toEqual([
        'queued',
      ]);
    });

    it('stops with the reason given, and when a file is deleted', async () => {
      const { id } = await upload('a.txt', 'text');
      const controller = new AbortController();
      const stopped = files.waitUntilReady(anna.userId, [id], controller.signal, 60_000);
      controller.abort(new Error('stopped'));
      await expect(stopped).rejects.toThrow('stopped');
      const [waiting] = await Promise.allSettled([
        files.waitUntilReady(anna.userId, [id], never, 60_000),
        files.remove(anna, id),
      ]);
      expect(waiting).toMatchObject({ status: 'rejected', reason: { code: 'FILE_NOT_FOUND' } });
    });
  });

  describe('sweep', () => {
    it('queues again what nobody reads', async () => {
      const waiting = await upload('a.txt', 'a');
      const cut = await upload('b.txt', 'b');
      await database().db.updateTable('files').set({ status: 'processing' }).where('id', '=', cut.id).execute();
      const done = await uploadAndRead('c.txt', 'c');
      queued.length = 0;
      await files.start();
      expect(queued).toEqual(expect.arrayContaining([waiting.id, cut.id]));
      expect(queued).not.toContain(done.id);
    });

    it('removes objects without a row after an hour, and nothing else', async () => {
      const kept = await upload('a.txt', 'a');
      const put = (key: string) => store.put(key, Readable.from([Buffer.from('x')]), { maxBytes: 10 });
      const orphan = `${anna.userId}/${newId()}/${randomUUID()}.pdf`;
      await put(orphan);
      await put(thumbnailKey({ storage_key: orphan }));
      const { storage_key } = (await files.content(anna, kept.id)).file;
      await put(thumbnailKey({ storage_key }));
      await put('audit/2026-01-01.jsonl');
      await put('other');
      const keys = async () => {
        const all: string[] = [];
        for await (const key of store.list('')) all.push(key);
        return all.sort();
      };
      await files.sweep();
      expect(await keys()).toContain(orphan);
      clock += hours(1) + 60_000;
      await files.sweep();
      expect(await keys()).toEqual(
        [storage_key, thumbnailKey({ storage_key }), 'audit/2026-01-01.jsonl', 'other'].sort(),
      );
    });
  });
});

describe('file service', () => {
  it('takes no more than a form of its limit', async () => {
    const files = createFileService({
      config: { dataDir: '', limits: { uploadBytes: 1_000, pdfBytes: 1_000 } },
      extractor: { contentTypes: new Set() },
      room: { storageLimit: () => Promise.resolve(null) },
    } as unknown as Parameters<typeof createFileService>[0] & object);
    const ada = { userId: newId() };
    await expect(files.checkLength(ada, 1_000_000)).rejects.toMatchObject({ code: 'PAYLOAD_TOO_LARGE' });
    await expect(files.checkLength(ada, 1_200)).resolves.toBeUndefined();
  });
});

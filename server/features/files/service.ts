import { join } from 'node:path';
import type { Readable } from 'node:stream';
import type { Kysely } from 'kysely';
import type { StoredFile } from '../../../shared/api/files.ts';
import type { Config } from '../../config.ts';
import type { DB } from '../../db/schema.ts';
import type { InTransaction } from '../../db/transaction.ts';
import type { Actor, Authorized } from '../../http-kit/actor.ts';
import type { Clock } from '../../lib/clock.ts';
import type { ByteRange } from '../../lib/byte-range.ts';
import { decodeCursor, encodeCursor } from '../../lib/cursor.ts';
import type { AppError } from '../../lib/errors.ts';
import type { Logger } from '../../lib/logger.ts';
import type { EventBus } from '../../platform/events/driver.ts';
import type { TextExtractor } from '../../platform/extract/driver.ts';
import type { JobQueue } from '../../platform/jobs/driver.ts';
import type { ObjectStore } from '../../platform/storage/driver.ts';
import { removeOrphans } from './orphans.ts';
import type { FilePassage, FilePassages, WhichPassages } from './passages.ts';
import { authorizeFile, type FileRow } from './policy.ts';
import { presentFile } from './present.ts';
import { createFileReader } from './reading.ts';
import { createFileRepository } from './repository.ts';
import { thumbnailKey } from './thumbnails.ts';
import { createUploader, tooLarge, type UploadPart } from './upload.ts';
import { waitForFiles } from './waiting.ts';

type Who = Pick<Actor, 'userId'>;

/** How much a person may keep. */
type Room = {
  /** Bytes; null is unlimited. */
  storageLimit(userId: string): Promise<number | null>;
  /** The refusal of more than that. */
  noRoom(userId: string, limit: number): AppError;
};

export type FileServiceDeps = {
  db: Kysely<DB>;
  inTransaction: InTransaction;
  store: ObjectStore;
  extractor: TextExtractor;
  passages: FilePassages;
  jobs: Pick<JobQueue, 'enqueue'>;
  events: EventBus;
  room: Room;
  config: Pick<Config, 'dataDir'> & { limits: Pick<Config['limits'], 'uploadBytes' | 'pdfBytes'> };
  logger: Logger;
  now: Clock;
};

/** A form around a file: boundaries, headers, names. */
const formBytes = 64 * 1024;

export function createFileService({
  db,
  inTransaction,
  store,
  extractor,
  passages,
  jobs,
  events,
  room,
  config,
  logger,
  now,
}: FileServiceDeps) {
  const files = createFileRepository(db);
  const { limits } = config;

  const announce = ({ id, user_id }: FileRow, status: string, statusDetail: string | null): void =>
    events.publish('file.updated', { user_id, file_id: id, status, status_detail: statusDetail });

  const enqueue = (fileId: string): Promise<void> =>
    jobs.enqueue('file.read', { file_id: fileId }, { dedupeKey: `file.read:${fileId}` });

  /** Of any number at once, no more than there is room for. */
  async function insertWhereThereIsRoom(file: FileRow): Promise<void> {
    const limit = await room.storageLimit(file.user_id);
    if (limit === null) return files.insert(file);
    const kept = await inTransaction(async (tx) => {
      const inside = createFileRepository(tx);
      await inside.lockOwner(file.user_id);
      if ((await inside.storedBytes(file.user_id)) + file.size > limit) return false;
      await inside.insert(file);
      return true;
    });
    if (!kept) throw room.noRoom(file.user_id, limit);
  }

  const uploader = createUploader({
    store,
    contentTypes: extractor.contentTypes,
    limits,
    now,
    async keep(file) {
      await insertWhereThereIsRoom(file);
      try {
        if (file.status === 'queued') await enqueue(file.id);
      } catch (error) {
        await files.delete(file.id);
        throw error;
      }
      announce(file, file.status, null);
    },
  });

  const reader = createFileReader({
    find: files.find,
    async advance(file, state) {
      const changed = await files.advance(file.id, { ...state, updated_at: now() });
      if (changed) announce(file, state.status, state.status_detail);
      return changed;
    },
    store,
    extractor,
    passages,
    tempDir: join(config.dataDir, 'tmp'),
    logger,
    now,
  });

  /** For looking at it: also what others put into a collection that is shared with this person. */
  const readable = async ({ userId }: Who, id: string): Promise<Authorized<FileRow>> => {
    const file = await files.find(id);
    const shared = file !== undefined && file.user_id !== userId && (await passages.mayRead(userId, id));
    return authorizeFile(userId, file, shared);
  };

  /** In the order asked for, each once. */
  const owned = async (userId: string, ids: readonly string[]): Promise<Authorized<FileRow>[]> => {
    const rows = new Map((await files.findMany([...new Set(ids)])).map((row) => [row.id, row]));
    return [...new Set(ids)].map((id) => authorizeFile(userId, rows.get(id)));
  };

  const enqueueUnread = async (): Promise<void> => {
    for (const id of await files.unreadIds()) await enqueue(id);
  };

  return {
    storedBytes: files.storedBytes,

    /** Refuses a body that announces more than may come, or than there is room for, before any of it is read. */
    async checkLength({ userId }: Who, contentLength: number): Promise<void> {
      if (contentLength > limits.uploadBytes + formBytes) throw tooLarge(limits.uploadBytes);
      const limit = await room.storageLimit(userId);
      if (limit === null) return;
      const stored = await files.storedBytes(userId);
      if (stored >= limit || stored + contentLength - formBytes > limit) throw room.noRoom(userId, limit);
    },

    async upload({ userId }: Who, parts: AsyncIterable<UploadPart>): Promise<StoredFile> {
      return presentFile(authorizeFile(userId, await uploader.upload(userId, parts)));
    },

    /** Keeps a file that was made for the person in an answer, of one of these kinds by its bytes: UNSUPPORTED_FILE_TYPE for any other. */
    make: uploader.make,

    async list(
      { userId }: Who,
      { limit, cursor, q }: { limit: number; cursor?: string | undefined; q?: string | undefined },
    ): Promise<{ items: StoredFile[]; next_cursor: string | null }> {
      const rows = await files.page(userId, {
        after: cursor === undefined ? undefined : decodeCursor(cursor),
        q: q ?? '',
        limit: limit + 1,
      });
      const page = rows.slice(0, limit);
      const last = page.at(-1);
      return {
        items: page.map((row) => presentFile(authorizeFile(userId, row))),
        next_cursor: last && rows.length > limit ? encodeCursor([last.created_at, last.id]) : null,
      };
    },

    get: async (who: Who, id: string): Promise<StoredFile> => presentFile(await readable(who, id)),

    /** The file with its bytes; the reader ends the stream. */
    async content(
      who: Who,
      id: string,
    ): Promise<{ file: Authorized<FileRow>; open(range?: ByteRange): Promise<Readable> }> {
      const file = await readable(who, id);
      return { file, open: (range) => store.get(file.storage_key, range) };
    },

    async passages(who: Who, id: string, which?: WhichPassages): Promise<FilePassage[]> {
      const file = await readable(who, id);
      const rows = await passages.list(file.id, which);
      return rows.map(({ ordinal, page: at, text, boxes }) => ({ ordinal, page: at, text, ...(boxes && { boxes }) }));
    },

    /** Row first, and what hangs on it: whatever is cut off after that is cleared away by the sweep. Silent about a file that is not there. */
    async remove(who: Who, id: string): Promise<void> {
      const file = await files.find(id);
      if (file?.user_id !== who.userId) return;
      await files.delete(file.id);
      announce(file, 'deleted', null);
      await passages.removeFile(file.id);
      await store.delete(file.storage_key);
      await store.delete(thumbnailKey(file));
    },

    /** These files, all the person's own: FILE_NOT_FOUND for one that is not. */
    owned,

    /** Those of these ids that are the person's own files. */
    async ownedIds(userId: string, ids: readonly string[]): Promise<ReadonlySet<string>> {
      const distinct = [...new Set(ids)];
      const found = new Set<string>();
      for (let at = 0; at < distinct.length; at += 500) {
        for (const { id, user_id } of await files.findMany(distinct.slice(at, at + 500))) {
          if (user_id === userId) found.add(id);
        }
      }
      return found;
    },

    /**
     * Waits until none of the person's files is queued or being read, `boundMs` at most, and gives them as they are then:
     * ready, failed, or still on their way. FILE_NOT_FOUND, also for one that is deleted meanwhile; the signal's reason.
     */
    waitUntilReady: (
      userId: string,
      fileIds: readonly string[],
      signal: AbortSignal,
      boundMs: number,
    ): Promise<FileRow[]> => waitForFiles(() => owned(userId, fileIds), fileIds, events, signal, boundMs),

    /** The job `file.read`. */
    read: reader.read,

    /** Picks up what a crash left unread. */
    async start(): Promise<void> {
      await reader.clearTempFiles();
      await enqueueUnread();
    },

    /** The job `files.sweep`. */
    async sweep(): Promise<void> {
      await reader.clearTempFiles();
      await enqueueUnread();
      const removed = await removeOrphans(store, files.findMany, uploader.isUnderway, now());
      if (removed > 0) logger.info({ removed }, 'objects without a file were removed');
    },
  };
}
export type FileService = ReturnType<typeof createFileService>;

import { createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Files } from '../../db/schema.ts';
import { hours, seconds, type Clock } from '../../lib/clock.ts';
import { AppError } from '../../lib/errors.ts';
import type { Logger } from '../../lib/logger.ts';
import type { ErrorCode } from '../../../shared/errors.ts';
import type { Extraction, TextExtractor } from '../../platform/extract/driver.ts';
import type { JobContext } from '../../platform/jobs/driver.ts';
import type { ObjectStore } from '../../platform/storage/driver.ts';
import type { FilePassages } from './passages.ts';
import type { FileRow } from './policy.ts';

type State = Pick<Files, 'status' | 'status_detail'> & { page_count?: number | null };

type Deps = {
  find(id: string): Promise<FileRow | undefined>;
  /** Stores and announces a new state; false where the file is not being read any more. */
  advance(file: FileRow, state: State): Promise<boolean>;
  store: ObjectStore;
  extractor: TextExtractor;
  passages: Pick<FilePassages, 'replace' | 'removeFile'>;
  /** For the copy that is read; cleared of what crashed processes left. */
  tempDir: string;
  logger: Logger;
  now: Clock;
};

/** Faults of the file itself: trying again would find the same. */
const final: ReadonlySet<ErrorCode> = new Set(['FILE_ENCRYPTED', 'FILE_UNREADABLE', 'UNSUPPORTED_FILE_TYPE']);

/** Steps shorter than this are not worth a write. */
const detailEveryMs = seconds(1);

/** Turns stored files into passages. */
export function createFileReader({ find, advance, store, extractor, passages, tempDir, logger, now }: Deps) {
  async function extract(file: FileRow, context: JobContext): Promise<Extraction> {
    await mkdir(tempDir, { recursive: true, mode: 0o700 });
    const directory = await mkdtemp(join(tempDir, 'read-'));
    const steps = createSteps(file, context);
    try {
      const path = join(directory, 'file');
      await pipeline(await store.get(file.storage_key), createWriteStream(path, { mode: 0o600 }), {
        signal: context.signal,
      });
      return await extractor.extract({ path, contentType: file.content_type }, context.signal, steps.onPage);
    } finally {
      await steps.settled();
      await rm(directory, { recursive: true, force: true });
    }
  }

  /** Writes how far it is, one write after the other and not too many; the last word is not theirs. */
  function createSteps(file: FileRow, context: JobContext) {
    let writing: Promise<unknown> = Promise.resolve();
    let writtenAt = -Infinity;
    return {
      settled: () => writing,
      onPage(done: number, total: number): void {
        context.progress(done / total);
        if (done >= total || now() - writtenAt < detailEveryMs) return;
        writtenAt = now();
        const detail = `Reading page ${done + 1} of ${total}`;
        writing = writing
          .then(() => advance(file, { status: 'processing', status_detail: detail }))
          .catch((error: unknown) =>
            logger.warn({ err: error, file_id: file.id }, 'the progress of a file was not stored'),
          );
      },
    };
  }

  return {
    /** Idempotent: a file that was read is left alone, one whose reading was cut off is read from its beginning. */
    async read(fileId: string, context: JobContext): Promise<void> {
      const file = await find(fileId);
      if (!file || !(await advance(file, { status: 'processing', status_detail: 'Reading the file' }))) return;
      try {
        const extraction = await extract(file, context);
        const { count } = await passages.replace(file, extraction.pages);
        const stored = await advance(file, {
          status: 'ready',
          status_detail: remark(extraction, count),
          page_count: extraction.page_count,
        });
        if (!stored) await passages.removeFile(file.id);
      } catch (error) {
        if (context.signal.aborted) throw error;
        // Deleted in the meantime: there is nothing left to do.
        if (!(await find(file.id))) return;
        const reason = whyItFailed(error);
        if (reason) return void (await advance(file, { status: 'failed', status_detail: reason }));
        if (context.lastAttempt) {
          await advance(file, {
            status: 'failed',
            status_detail: 'Something went wrong here while the file was read. Delete it and upload it again.',
          });
        }
        throw error;
      }
    },

    async clearTempFiles(): Promise<void> {
      const names = await readdir(tempDir).catch(() => []);
      for (const name of names.filter((each) => each.startsWith('read-'))) {
        const path = join(tempDir, name);
        const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: Infinity }));
        if (mtimeMs < Date.now() - hours(1)) await rm(path, { recursive: true, force: true });
      }
    },
  };
}

function whyItFailed(error: unknown): string | null {
  if (!(error instanceof AppError)) return null;
  if (error.code === 'FILE_NOT_FOUND') return 'The stored file is gone. Delete this entry and upload the file again.';
  return final.has(error.code) ? error.message : null;
}

/** What a person should know about a file that was read; null when there is nothing to say. */
function remark(
  { pages, page_count: total, pages_from_pictures: scans = 0 }: Extraction,
  passages: number,
): string | null {
  if (passages === 0) {
    return total === null ? 'The file holds no text.' : 'No text was found, not even in the pictures of its pages.';
  }
  if (total === null) return null;
  const unread = total - pages.length;
  if (unread > 0) return `${unread} of ${total} pages could not be read; they may be damaged.`;
  if (scans > 0) {
    const which = total === 1 ? 'The text was' : `The text of ${scans} of ${total} pages was`;
    return `${which} read from pictures; single words may be wrong.`;
  }
  const empty = pages.filter(({ text }) => text === '').length;
  return empty * 2 >= total ? `${empty} of ${total} pages hold no text.` : null;
}

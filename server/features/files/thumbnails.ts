import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { minutes, type Clock } from '../../lib/clock.ts';
import { AppError } from '../../lib/errors.ts';
import type { Authorized } from '../../http-kit/actor.ts';
import { createRecent } from '../../lib/recent.ts';
import { NotTheFile } from '../../platform/extract/driver.ts';
import type { ObjectStore } from '../../platform/storage/driver.ts';
import type { Pictures } from './pictures.ts';
import type { FileRow } from './policy.ts';

/** The longer side in pixels: sharp at twice the size that lists show. */
const side = 256;
const maxBytes = 1024 * 1024;
/** Waiting for other files to be read is part of it. */
const mostMs = minutes(2);

/** Where the thumbnail lies: beside its file, so that whoever clears away the one finds the other. */
export const thumbnailKey = ({ storage_key }: Pick<FileRow, 'storage_key'>): string =>
  `${storage_key.replace(/\.[a-z]+$/, '')}.thumbnail`;

/** What took too long or too much is not drawn again for each list that shows it. */
const restMs = minutes(10);

type Deps = { store: ObjectStore; pictures: Pictures; now: Clock };

const nothing = Buffer.alloc(0);

/** Small pictures of files: of photos, and of the first pages of PDFs. */
export function createThumbnails({ store, pictures, now }: Deps) {
  const failed = createRecent<true>({ forMs: restMs, now });
  const underway = new Map<string, Promise<Buffer>>();

  /**
   * Empty for what cannot be drawn. Where that lies with the file it is kept too, and nobody tries again; where time or memory ran out,
   * a later try may do better.
   */
  async function make(file: Authorized<FileRow>, key: string): Promise<Buffer> {
    const signal = AbortSignal.timeout(mostMs);
    const made = await pictures.jpeg(file, side, signal).catch((error: unknown) => {
      if (signal.aborted || (error instanceof AppError && error.cause instanceof NotTheFile)) return null;
      if (error instanceof AppError && (error.code === 'FILE_UNREADABLE' || error.code === 'FILE_ENCRYPTED'))
        return nothing;
      throw error;
    });
    if (made === null) failed.set(key, true);
    else await store.put(key, Readable.from([made]), { maxBytes });
    return made ?? nothing;
  }

  async function kept(key: string): Promise<Buffer | null> {
    try {
      return await buffer(await store.get(key));
    } catch (error) {
      if (error instanceof AppError && error.code === 'FILE_NOT_FOUND') return null;
      throw error;
    }
  }

  return {
    /** A JPEG, made when it is first asked for and kept. NOT_FOUND for what looks like nothing, or cannot be drawn. */
    async of(file: Authorized<FileRow>): Promise<Buffer> {
      const key = thumbnailKey(file);
      let jpeg = pictures.isDrawable(file) && !failed.get(key) ? await kept(key) : nothing;
      if (jpeg === null) {
        const making = underway.get(key) ?? make(file, key).finally(() => underway.delete(key));
        underway.set(key, making);
        jpeg = await making;
      }
      if (jpeg.length === 0) throw new AppError('NOT_FOUND', { message: 'There is no picture of this file.' });
      return jpeg;
    },
  };
}
export type Thumbnails = ReturnType<typeof createThumbnails>;

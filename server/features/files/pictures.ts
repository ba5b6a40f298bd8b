import { createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Authorized } from '../../http-kit/actor.ts';
import type { TextExtractor } from '../../platform/extract/driver.ts';
import type { ObjectStore } from '../../platform/storage/driver.ts';
import type { Files } from '../../db/schema.ts';

export const pictureKinds: ReadonlySet<string> = new Set([
  'image/png',
  'image/jpeg',
  'image/webp',
  'image/gif',
  'image/bmp',
]);

type Deps = { store: ObjectStore; extractor: Pick<TextExtractor, 'picture'>; tempDir: string };

export type Pictures = ReturnType<typeof createPictures>;

/** Pictures, and first pages, as others get to see them: small enough, drawn anew, so that nothing of the original goes along but what it shows. */
export function createPictures({ store, extractor, tempDir }: Deps) {
  return {
    isPicture: ({ content_type }: Pick<Files, 'content_type'>): boolean => pictureKinds.has(content_type),

    /** Whether it looks like something: a picture, or the first page of a PDF. */
    isDrawable: (file: Pick<Files, 'content_type'>): boolean =>
      pictureKinds.has(file.content_type) || file.content_type === 'application/pdf',

    /** A JPEG no side of which is longer than `side` pixels. FILE_UNREADABLE for what cannot be drawn. */
    async jpeg(file: Authorized<Files>, side: number, signal: AbortSignal): Promise<Buffer> {
      await mkdir(tempDir, { recursive: true, mode: 0o700 });
      const directory = await mkdtemp(join(tempDir, 'read-'));
      try {
        const path = join(directory, 'picture');
        await pipeline(await store.get(file.storage_key), createWriteStream(path, { mode: 0o600 }), { signal });
        return Buffer.from(await extractor.picture({ path, contentType: file.content_type, side }, signal));
      } finally {
        await rm(directory, { recursive: true, force: true });
      }
    },
  };
}

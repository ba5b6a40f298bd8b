import { createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { AppError } from '../../lib/errors.ts';
import { openZipExport } from './zip-file.ts';
import type { ImportSource } from './read-file.ts';

type Options = { tempDir: string; maxBytes: number };

/**
 * Takes a ZIP in, on the disk: its list of what is in it stands at its end. `close` removes it. PAYLOAD_TOO_LARGE past
 * the limit, and what `openZipExport` throws.
 */
export async function receiveZip(body: Readable, { tempDir, maxBytes }: Options): Promise<ImportSource> {
  await mkdir(tempDir, { recursive: true, mode: 0o700 });
  // By this beginning of its name it is found after a crash.
  const directory = await mkdtemp(join(tempDir, 'read-'));
  const remove = (): Promise<void> => rm(directory, { recursive: true, force: true });
  let size = 0;
  async function* measured(): AsyncGenerator<Buffer> {
    // What is refused before its end is still to be answered: the connection stays.
    for await (const chunk of body.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > maxBytes) throw tooLarge(maxBytes);
      yield chunk;
    }
  }
  try {
    const path = join(directory, 'export.zip');
    await pipeline(measured, createWriteStream(path, { mode: 0o600 }));
    const source = await openZipExport(path, size);
    return {
      ...source,
      async close() {
        await source.close();
        await remove();
      },
    };
  } catch (error) {
    await remove();
    if (body.errored)
      throw new AppError('VALIDATION_FAILED', {
        message: 'The upload broke off before its end. Try again.',
        cause: error,
      });
    throw error;
  }
}

export const tooLarge = (maxBytes: number): AppError =>
  new AppError('PAYLOAD_TOO_LARGE', {
    message: `The ZIP is larger than the ${Math.floor(maxBytes / 2 ** 20)} MB that this server takes. Unpack it, and import the JSON files in it one by one.`,
  });

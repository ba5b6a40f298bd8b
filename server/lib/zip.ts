import { Transform, type Readable } from 'node:stream';
import type { Entry, ZipFile } from 'yauzl';
import { AppError } from './errors.ts';

export type ZipLimits = {
  /** How many entries it may list. */
  entries: number;
  /** Bytes of one entry, and of all that is read, unpacked: those that really come, whatever the file claims. */
  partBytes: number;
  bytes: number;
};

export type Zip = {
  /** Of each entry but folders, the size that it claims to have unpacked. */
  readonly sizes: ReadonlyMap<string, number>;
  /** The bytes of an entry, as they are unpacked; null where there is none. The stream fails as `openZip` does. */
  open(name: string): Promise<Readable | null>;
  close(): void;
};

/**
 * A ZIP in memory or in a file: nothing is ever written to a path that it names. Throws FILE_UNREADABLE (broken, a name
 * that leads out of it, or beyond the limits) or FILE_ENCRYPTED.
 */
export async function openZip(from: Uint8Array | { path: string }, limits: ZipLimits): Promise<Zip> {
  const zip = await opened(from);
  const entries = new Map<string, Entry>();
  let listed = 0;
  try {
    for await (const entry of zip.eachEntry()) {
      listed += 1;
      if (listed > limits.entries) throw unreadable();
      if (!entry.fileName.endsWith('/')) entries.set(entry.fileName, entry);
    }
  } catch (error) {
    zip.close();
    throw unreadable(error);
  }
  let unpacked = 0;

  /** Counts what passes. */
  function counted(source: Readable): Readable {
    let size = 0;
    const counter = new Transform({
      transform(part: Buffer, _, done) {
        size += part.length;
        unpacked += part.length;
        if (size <= limits.partBytes && unpacked <= limits.bytes) return done(null, part);
        done(
          new AppError('FILE_UNREADABLE', {
            message: 'The file unpacks to more than can be read. Split it and upload the parts.',
          }),
        );
      },
    });
    source.on('error', (error) => counter.destroy(unreadable(error)));
    counter.on('close', () => source.destroy());
    return source.pipe(counter);
  }

  return {
    sizes: new Map(Array.from(entries, ([name, entry]) => [name, entry.uncompressedSize])),
    async open(name) {
      const entry = entries.get(name);
      if (!entry) return null;
      if (entry.isEncrypted()) throw new AppError('FILE_ENCRYPTED');
      try {
        return counted(await zip.openReadStreamPromise(entry));
      } catch (error) {
        throw unreadable(error);
      }
    },
    close: () => zip.close(),
  };
}

/** The parser is loaded where a ZIP is read, and not at the start. */
async function opened(from: Uint8Array | { path: string }): Promise<ZipFile> {
  const { fromBufferPromise, openPromise } = await import('yauzl');
  // Whoever opens it closes it: entries are read long after the last was listed.
  const options = { autoClose: false };
  try {
    return await (from instanceof Uint8Array
      ? fromBufferPromise(Buffer.from(from.buffer, from.byteOffset, from.byteLength), options)
      : openPromise(from.path, options));
  } catch (error) {
    throw unreadable(error);
  }
}

const unreadable = (error?: unknown): AppError =>
  error instanceof AppError ? error : new AppError('FILE_UNREADABLE', { cause: error });

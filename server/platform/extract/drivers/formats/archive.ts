import { fromBufferPromise, type Entry, type ZipFile } from 'yauzl';
import { AppError } from '../../../../lib/errors.ts';

/** Bytes of one part and of all parts that are read, unpacked. Real office files stay far below; bombs do not. */
const maxPartBytes = 64 * 1024 * 1024;
const maxBytes = 256 * 1024 * 1024;
const maxEntries = 20_000;

export type Archive = {
  readonly names: readonly string[];
  has(name: string): boolean;
  /** A part as text; null where it is not there. */
  text(name: string): Promise<string | null>;
};

/**
 * The parts of a ZIP file, in memory: nothing is ever written to a path that the file names. Sizes are those really
 * unpacked, whatever the file claims. Throws FILE_UNREADABLE (broken, or beyond the limits) or FILE_ENCRYPTED.
 */
export async function openArchive(bytes: Uint8Array): Promise<Archive> {
  const zip = await fromBufferPromise(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), {
    // It is a buffer: nothing is kept open.
    autoClose: false,
  });
  const entries = await directory(zip);
  let unpacked = 0;

  async function read(entry: Entry): Promise<Buffer> {
    if (entry.isEncrypted()) throw new AppError('FILE_ENCRYPTED');
    const parts: Buffer[] = [];
    let size = 0;
    const stream = await zip.openReadStreamPromise(entry);
    for await (const part of stream as AsyncIterable<Buffer>) {
      size += part.length;
      unpacked += part.length;
      if (size > maxPartBytes || unpacked > maxBytes) {
        stream.destroy();
        throw new AppError('FILE_UNREADABLE', {
          message: 'The file unpacks to more than can be read. Split it and upload the parts.',
        });
      }
      parts.push(part);
    }
    return Buffer.concat(parts);
  }

  return {
    names: [...entries.keys()],
    has: (name) => entries.has(name),
    async text(name) {
      const entry = entries.get(name);
      return entry ? decode(await read(entry)) : null;
    },
  };
}

async function directory(zip: ZipFile): Promise<Map<string, Entry>> {
  const entries = new Map<string, Entry>();
  for await (const entry of zip.eachEntry()) {
    if (entries.size >= maxEntries) throw new AppError('FILE_UNREADABLE');
    entries.set(entry.fileName, entry);
  }
  return entries;
}

/** XML says its encoding by its first bytes; office programs write UTF-8, a few old ones UTF-16. */
function decode(bytes: Buffer): string {
  const [a, b] = bytes;
  if (a === 0xff && b === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  if (a === 0xfe && b === 0xff) return new TextDecoder('utf-16be').decode(bytes);
  return new TextDecoder().decode(bytes);
}

/** A part that has to be there. */
export async function part(archive: Archive, name: string): Promise<string> {
  const text = await archive.text(name);
  if (text === null) throw new AppError('FILE_UNREADABLE', { cause: new Error(`${name} is missing`) });
  return text;
}

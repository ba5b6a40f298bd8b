import { buffer } from 'node:stream/consumers';
import { AppError } from '../../../../lib/errors.ts';
import { openZip } from '../../../../lib/zip.ts';

/** Real office files stay far below these; bombs do not. */
const limits = { entries: 20_000, partBytes: 64 * 1024 * 1024, bytes: 256 * 1024 * 1024 };

export type Archive = {
  readonly names: readonly string[];
  has(name: string): boolean;
  /** A part as text; null where it is not there. */
  text(name: string): Promise<string | null>;
};

/** The parts of a ZIP file, in memory. Throws FILE_UNREADABLE (broken, or beyond the limits) or FILE_ENCRYPTED. */
export async function openArchive(bytes: Uint8Array): Promise<Archive> {
  // It is in memory: nothing is kept open.
  const zip = await openZip(bytes, limits);
  return {
    names: [...zip.sizes.keys()],
    has: (name) => zip.sizes.has(name),
    async text(name) {
      const stream = await zip.open(name);
      return stream && decode(await buffer(stream));
    },
  };
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

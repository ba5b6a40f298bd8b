import { posix } from 'node:path';
import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { z } from 'zod';
import { AppError } from '../../lib/errors.ts';
import { openZip, type Zip } from '../../lib/zip.ts';
import { jsonValues } from './json-values.ts';
import { ratingsIn } from './ratings.ts';
import { MAX_BYTES, noExport, valuesIn, type ImportSource } from './read-file.ts';

const MAX_ENTRIES = 20_000;
/** Texts shrink to a tenth and pictures not at all: what unpacks to more than this many times its size is no export. */
const MOST_UNPACKED = { least: 64 * 1024 * 1024, times: 20 };

/** ChatGPT's (one, or numbered), Claude's, our own parts, and Open WebUI's: in whatever folder they lie. */
const isConversations = (name: string): boolean =>
  /(^|\/)(conversations(-\d+)?|conversations\/\d+|[a-z-]*chats?-export[^/]*)\.json$/i.test(name);
/** Programs of macOS pack their own notes along. */
const isOurs = (name: string): boolean => !/(^|\/)(__MACOSX\/|\.)/.test(name);
/** `file-AbC-picture.png`, `file_0123-….dat`: ChatGPT's names begin with the id by which messages call the file. */
const chatGptFile = /^(file[-_][A-Za-z0-9]+)-?(.*)$/;

const listed = z.array(z.object({ id: z.string(), filename: z.string(), path: z.string().nullish() }));
const assetNames = z.record(z.string(), z.string());

/** An export as a ZIP, as it came. FILE_UNREADABLE or FILE_ENCRYPTED, or VALIDATION_FAILED where no conversations are in it. */
export async function openZipExport(path: string, size: number): Promise<ImportSource> {
  const zip = await openZip(
    { path },
    {
      entries: MAX_ENTRIES,
      partBytes: Number.MAX_SAFE_INTEGER,
      bytes: Math.max(MOST_UNPACKED.least, size * MOST_UNPACKED.times),
    },
  );
  try {
    const names = [...zip.sizes.keys()].filter(isOurs);
    const parts = names.filter(isConversations).sort();
    if (parts.length === 0)
      throw noExport(
        'No conversations are in this ZIP. Take the one that Carrel, ChatGPT, Claude or Open WebUI gave you, as it came.',
      );
    const files = await filesIn(zip, names);
    const ratings = ratingsIn(await jsonIn(zip, names, 'message_feedback.json'));
    return {
      values: valuesOf(zip, parts),
      beside: {
        has: (id) => files.has(id),
        nameOf: (id) => files.get(id)?.filename,
        ratingOf: (id) => ratings.get(id),
      },
      fileCount: files.size,
      open: async (id) => (await zip.open(files.get(id)?.entry ?? '')) ?? notThere(),
      close: async () => zip.close(),
    };
  } catch (error) {
    zip.close();
    throw error;
  }
}

const notThere = (): Readable => {
  throw new AppError('FILE_NOT_FOUND');
};

/** The conversations of all parts, and how much has been read of them. */
async function* valuesOf(zip: Zip, parts: readonly string[]): ImportSource['values'] {
  const total = parts.reduce((sum, name) => sum + (zip.sizes.get(name) ?? 0), 1);
  let read = 0;
  for (const name of parts) {
    const stream = await zip.open(name);
    async function* counted(): AsyncGenerator<Buffer> {
      for await (const chunk of (stream ?? []) as AsyncIterable<Buffer>) {
        read += chunk.length;
        yield chunk;
      }
    }
    for await (const value of jsonValues(counted(), MAX_BYTES)) {
      const progress = (): number => Math.min(read / total, 1);
      if ('reason' in value) yield { ...value, progress: progress() };
      else for (const one of valuesIn(value.value)) yield { value: one, progress: progress() };
    }
  }
}

type Filed = { entry: string; filename: string | undefined };

/** Where each file lies, by its id: our own list says it, ChatGPT's names do. */
async function filesIn(zip: Zip, names: readonly string[]): Promise<Map<string, Filed>> {
  const files = new Map<string, Filed>();
  const called = assetNames.safeParse(await jsonIn(zip, names, 'conversation_asset_file_names.json')).data ?? {};
  for (const name of names) {
    const base = posix.basename(name);
    const [, id, rest = ''] = chatGptFile.exec(base) ?? [];
    if (id === undefined || files.has(id)) continue;
    files.set(id, { entry: name, filename: called[base] ?? called[id] ?? nameIn(rest) });
  }
  for (const { id, filename, path } of listed.safeParse(await jsonIn(zip, names, 'files.json')).data ?? [])
    if (path && zip.sizes.has(path)) files.set(id, { entry: path, filename });
  return files;
}

/** Behind the id stands a name as people give it, or one of the program's own making, of which the ending alone says anything. */
function nameIn(rest: string): string | undefined {
  const [, made, ending = ''] = /^([0-9a-f-]*)(\.\w+)$/i.exec(rest) ?? [];
  if (made === undefined) return rest || undefined;
  return ending === '.dat' ? undefined : ending;
}

/** What lies beside the conversations, of this name; null where there is none, or it can't be read: they do without. */
async function jsonIn(zip: Zip, names: readonly string[], wanted: string): Promise<unknown> {
  const name = names.find((each) => posix.basename(each) === wanted);
  if (name === undefined || (zip.sizes.get(name) ?? 0) > MAX_BYTES) return null;
  const stream = await zip.open(name);
  try {
    return JSON.parse(String(stream && (await buffer(stream)))) as unknown;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

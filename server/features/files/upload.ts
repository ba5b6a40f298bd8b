import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import type { Clock } from '../../lib/clock.ts';
import { AppError, invalidField } from '../../lib/errors.ts';
import { newId } from '../../lib/ids.ts';
import type { ObjectStore } from '../../platform/storage/driver.ts';
import { cleanFilename } from './names.ts';
import type { FileRow } from './policy.ts';
import { extensionOf, sniff, sniffBytes } from './sniff.ts';

/** One part of a form, as it comes in. A field that is no file has no stream. */
export type UploadPart = { field: string; filename?: string | undefined; stream?: Readable };

type Deps = {
  store: ObjectStore;
  /** Stores the row and what follows from it; when it fails, the object goes too. */
  keep(file: FileRow): Promise<void>;
  contentTypes: ReadonlySet<string>;
  limits: { uploadBytes: number; pdfBytes: number };
  now: Clock;
};

/** Takes in exactly one file, whole and of a kind that can be read; of anything else nothing is left. */
export function createUploader({ store, keep, contentTypes, limits, now }: Deps) {
  /** Keys of objects whose row is still to come: no orphans yet. */
  const underway = new Set<string>();

  async function put(
    userId: string,
    { filename: given, stream }: { filename?: string | undefined; stream: Readable },
    { kinds = contentTypes, madeIn = null }: { kinds?: ReadonlySet<string>; madeIn?: string | null } = {},
  ): Promise<FileRow> {
    const filename = cleanFilename(given);
    const { head, body } = await peek(stream);
    if (head.length === 0) throw invalidField('file', `“${filename}” is empty.`);
    const contentType = await sniff(head, filename);
    if (contentType === null || !kinds.has(contentType)) throw unsupported(filename);
    const maxBytes =
      contentType === 'application/pdf' ? Math.min(limits.pdfBytes, limits.uploadBytes) : limits.uploadBytes;

    const id = newId();
    const key = `${userId}/${id}/${randomUUID()}${extensionOf(contentType)}`;
    underway.add(key);
    try {
      const { size, sha256 } = await store.put(key, body, { maxBytes });
      const at = now();
      const state = {
        // What nothing can be read from is there as soon as it is stored.
        status: contentTypes.has(contentType) ? 'queued' : 'ready',
        status_detail: null,
        page_count: null,
        made_in: madeIn,
        passage_count: null,
        passage_tokens: null,
        created_at: at,
        updated_at: at,
      } as const;
      return { id, user_id: userId, filename, content_type: contentType, size, sha256, storage_key: key, ...state };
    } catch (error) {
      underway.delete(key);
      throw error instanceof AppError && error.code === 'PAYLOAD_TOO_LARGE' ? tooLarge(maxBytes) : error;
    }
  }

  return {
    isUnderway: (key: string): boolean => underway.has(key),

    /** A file that was made in an answer, or came along with a conversation, of one of these kinds by its bytes; of those that can be read, by default. */
    async make(
      userId: string,
      { filename, bytes, madeIn }: { filename: string; bytes: Buffer | Readable; madeIn: string | null },
      kinds: ReadonlySet<string> = contentTypes,
    ): Promise<FileRow> {
      const stream = bytes instanceof Readable ? bytes : Readable.from([bytes]);
      const file = await put(userId, { filename, stream }, { kinds, madeIn }).finally(() => stream.destroy());
      try {
        await keep(file);
        return file;
      } catch (error) {
        await store.delete(file.storage_key);
        throw error;
      } finally {
        underway.delete(file.storage_key);
      }
    },

    async upload(userId: string, parts: AsyncIterable<UploadPart>): Promise<FileRow> {
      let file: FileRow | undefined;
      try {
        for await (const { field, filename, stream } of parts) {
          try {
            if (field !== 'file' || !stream)
              throw invalidField(field, 'This field is not known here. Send one file in the field “file”.');
            if (file) throw invalidField('file', 'Upload one file at a time.');
            file = await put(userId, { filename, stream });
          } finally {
            stream?.destroy();
          }
        }
        if (!file) throw invalidField('file', 'Choose a file to upload.');
        await keep(file);
        return file;
      } catch (error) {
        if (file) await store.delete(file.storage_key);
        throw error;
      } finally {
        if (file) underway.delete(file.storage_key);
      }
    },
  };
}

/** The beginning of a stream, and a stream of all of it. A source that breaks off says so in words for its sender. */
async function peek(stream: Readable): Promise<{ head: Buffer; body: Readable }> {
  const chunks = readOn(stream);
  const first: Buffer[] = [];
  let length = 0;
  while (length < sniffBytes) {
    const { done, value } = await chunks.next();
    if (done) break;
    first.push(value);
    length += value.length;
  }
  const start = Buffer.concat(first);
  const whole = async function* (): AsyncGenerator<Buffer> {
    yield start;
    yield* chunks;
  };
  return { head: start.subarray(0, sniffBytes), body: Readable.from(whole(), { objectMode: false }) };
}

async function* readOn(stream: Readable): AsyncGenerator<Buffer, void> {
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) yield chunk;
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    throw new AppError('VALIDATION_FAILED', { message: 'The upload broke off before its end. Try again.', cause });
  }
}

const unsupported = (filename: string): AppError =>
  new AppError('UNSUPPORTED_FILE_TYPE', {
    message: `“${filename}” is of a kind that cannot be read. PDF, office documents, e-books, web pages, mails, pictures and text can.`,
  });

export const tooLarge = (maxBytes: number): AppError =>
  new AppError('PAYLOAD_TOO_LARGE', {
    message: `The file is larger than the ${sizeInWords(maxBytes)} that this server takes for its kind.`,
  });

const sizeInWords = (bytes: number): string =>
  bytes < 2 ** 20 ? `${Math.max(1, Math.floor(bytes / 1024))} KB` : `${Math.floor((bytes / 2 ** 20) * 10) / 10} MB`;

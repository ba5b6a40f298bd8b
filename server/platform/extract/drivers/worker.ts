import { readFile } from 'node:fs/promises';
import { parentPort } from 'node:worker_threads';
import { AppError } from '../../../lib/errors.ts';
import type { Extraction } from '../driver.ts';
import { readText } from '../plain-text.ts';
import { formats } from './formats/index.ts';
import { textTypes, type WorkerMessage, type WorkerTask } from './protocol.ts';

/** Characters of one file: some ten thousand printed pages. More would fill the index with what nobody asks about. */
const maxCharacters = 20_000_000;

const send = (message: WorkerMessage): void => parentPort?.postMessage(message);

parentPort?.on('message', (task: WorkerTask) => {
  void ('side' in task ? draw(task) : read(task)).then(
    (result) => send({ type: 'done', result }),
    (error: unknown) => {
      const known = error instanceof AppError ? error : new AppError('FILE_UNREADABLE', { cause: error });
      const reason = known.cause instanceof Error ? known.cause.message : known.message;
      send({ type: 'failed', code: known.code, message: known.message, reason, sound: isOurs(known.cause) });
    },
  );
});

/** Modules that could not be loaded, and a system without memory or open files left, say nothing of the file. */
const ours = /^(ERR_MODULE_NOT_FOUND|MODULE_NOT_FOUND|ERR_DLOPEN_FAILED|ENOENT|ENOMEM|EMFILE|ENFILE|EIO)$/;
const isOurs = (cause: unknown): boolean => {
  const { code, cause: behind } = (cause ?? {}) as { code?: unknown; cause?: unknown };
  return (typeof code === 'string' && ours.test(code)) || (behind !== undefined && isOurs(behind));
};

async function draw({ path, contentType, side }: Extract<WorkerTask, { side: number }>): Promise<Uint8Array> {
  const bytes = new Uint8Array(await readFile(path));
  if (contentType === 'application/pdf') return (await import('./pdf-page.ts')).drawFirstPage(bytes, side);
  return (await import('./formats/picture.ts')).drawPicture(bytes, side);
}

async function read({ path, contentType }: { path: string; contentType: string }): Promise<Extraction> {
  const bytes = new Uint8Array(await readFile(path));
  const extraction = await extract(bytes, contentType);
  const characters = extraction.pages.reduce((sum, { text }) => sum + text.length, 0);
  if (characters > maxCharacters)
    throw new AppError('FILE_UNREADABLE', {
      message: 'The file holds more text than can be read. Split it and upload the parts.',
    });
  return extraction;
}

async function extract(bytes: Uint8Array, contentType: string): Promise<Extraction> {
  const load = formats[contentType];
  if (load) return (await load())(bytes, (done, total) => send({ type: 'progress', done, total }));
  if (!textTypes.has(contentType)) throw new AppError('UNSUPPORTED_FILE_TYPE');
  const text = readText(bytes);
  if (text === null)
    throw new AppError('FILE_UNREADABLE', { message: 'The file is not text, whatever its name says.' });
  return { pages: [{ page: null, text }], page_count: null };
}

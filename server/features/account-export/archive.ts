import { once } from 'node:events';
import { Readable } from 'node:stream';

export type Archive = Awaited<ReturnType<typeof createArchive>>;

/** A zip that is written while it is read: one entry after another, none held in memory; with 64-bit sizes where it must be. */
export async function createArchive(signal: AbortSignal) {
  // Loaded when somebody takes their things along, and not at the start.
  const { ZipFile } = await import('yazl');
  const zip = new ZipFile();
  const output = zip.outputStream as Readable;
  const stop = (reason: unknown): void => void output.destroy(reason as Error);
  zip.on('error', stop);
  signal.addEventListener('abort', () => stop(signal.reason), { once: true });
  const closed = new Promise<never>((_, reject) =>
    output.once('close', () => reject(output.errored ?? new Error('Nobody reads the zip any more.'))),
  );
  closed.catch(() => undefined);
  const used = new Set<string>();

  /** Two files may have one name. */
  function unique(path: string): string {
    const dot = path.lastIndexOf('.');
    const [stem, ending] = dot > path.lastIndexOf('/') ? [path.slice(0, dot), path.slice(dot)] : [path, ''];
    let name = path;
    for (let n = 2; used.has(name); n += 1) name = `${stem} (${n})${ending}`;
    used.add(name);
    return name;
  }

  return {
    /** The bytes. Whoever ends them early ends the writing. */
    output,
    stop,

    /** Resolves with the name that it got when the entry is written. Rejects when it cannot be, after which the zip is of no use. */
    async add(path: string, content: Readable): Promise<string> {
      const name = unique(path);
      const ended = once(content, 'end');
      ended.catch(() => undefined);
      zip.addReadStream(content, name);
      try {
        await Promise.race([ended, closed]);
      } catch (error) {
        content.destroy();
        throw error;
      }
      return name;
    },

    end: (): void => zip.end(),
  };
}

/** Text as it comes. */
export const textOf = (pieces: AsyncIterable<string> | Iterable<string>): Readable =>
  Readable.from(pieces, { objectMode: false });

/** A list as JSON, one row a line. */
export async function* jsonList(rows: AsyncIterable<unknown>): AsyncGenerator<string> {
  let first = true;
  yield '[';
  for await (const row of rows) {
    yield `${first ? '' : ','}\n${JSON.stringify(row)}`;
    first = false;
  }
  yield '\n]\n';
}

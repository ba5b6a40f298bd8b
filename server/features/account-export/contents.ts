import type { Readable } from 'node:stream';
import { EXPORT_LIST_FORMAT, type ExportedConversation } from '../../../shared/api/chat-transfer.ts';
import type { StoredFile } from '../../../shared/api/files.ts';
import { jsonList, textOf, type Archive } from './archive.ts';
import type { createBelongings } from './belongings.ts';

type Who = { userId: string };

export type Sources = {
  belongings: ReturnType<typeof createBelongings>;
  conversations(who: Who): AsyncIterable<ExportedConversation>;
  files: {
    list(
      who: Who,
      page: { limit: number; cursor?: string | undefined },
    ): Promise<{ items: StoredFile[]; next_cursor: string | null }>;
    content(who: Who, id: string): Promise<{ open(): Promise<Readable> }>;
  };
};

/** What fits one import. */
const PART = { conversations: 500, letters: 20_000_000 };

/** Writes all of an account into a zip. `done` is told of each conversation and file. */
export async function writeContents(
  archive: Archive,
  { belongings, conversations, files }: Sources,
  who: Who,
  done: () => Promise<void>,
): Promise<void> {
  await archive.add('README.txt', textOf([readme(belongings)]));
  for (const { file, rows } of belongings) await archive.add(file, textOf(jsonList(rows(who.userId))));
  await writeConversations();
  await archive.add('files.json', textOf(jsonList(await writeFiles())));
  archive.end();

  async function writeConversations(): Promise<void> {
    const all = conversations(who)[Symbol.asyncIterator]();
    let next = await all.next();
    async function* part(): AsyncGenerator<string> {
      yield `{"format":"${EXPORT_LIST_FORMAT}","version":1,"conversations":[`;
      let letters = 0;
      for (let n = 0; !next.done && n < PART.conversations && letters < PART.letters; n += 1) {
        const text = JSON.stringify(next.value);
        letters += text.length;
        yield `${n === 0 ? '' : ',\n'}${text}`;
        await done();
        next = await all.next();
      }
      yield ']}\n';
    }
    for (let n = 1; !next.done; n += 1)
      await archive.add(`conversations/${String(n).padStart(4, '0')}.json`, textOf(part()));
  }

  /** The bytes first: the list says where each of them lies. */
  async function writeFiles(): Promise<AsyncIterable<unknown>> {
    const listed: object[] = [];
    let cursor: string | undefined;
    do {
      const page = await files.list(who, { limit: 200, cursor });
      for (const file of page.items) {
        const bytes = await bytesOf(file.id);
        // A file whose bytes are gone is listed all the same.
        const path = bytes && (await archive.add(`files/${file.filename}`, bytes));
        listed.push({ ...file, path });
        await done();
      }
      cursor = page.next_cursor ?? undefined;
    } while (cursor !== undefined);
    return (async function* () {
      yield* listed;
    })();
  }

  async function bytesOf(id: string): Promise<Readable | null> {
    try {
      return await (await files.content(who, id)).open();
    } catch {
      return null;
    }
  }
}

const readme = (belongings: Sources['belongings']): string => `Everything in your account here.

${belongings.map(({ file, text }) => `${file.padEnd(26)}${text}`).join('\n')}
${'conversations/'.padEnd(26)}your conversations with all of their messages; each of these files
${''.padEnd(26)}can be imported again under Settings, "Your data"
${'files.json'.padEnd(26)}your files, and under which path in here each of them lies
${'files/'.padEnd(26)}the files as you uploaded them

Times are in UTC. What others shared with you is theirs and not in here. Passwords, keys and the
secret parts of links are not kept in a form that could be given out.
`;

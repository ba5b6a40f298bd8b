import type { fileList } from '../file-list.ts';
import { portions } from '../file-list.ts';
import type { ChromaClient } from './client.ts';

type Deps = {
  list: ReturnType<typeof fileList>;
  chroma: ChromaClient;
  collectionOf(index: string): string;
  removeVersions(collection: string, versions: readonly string[]): Promise<void>;
};

const rowsPerRequest = 1_000;
/** `$in` over more than this is slow in any database. */
const versionsPerRequest = 500;

/** Looks at one vector a file, its first: where that is, the others are, as it is written before them and listed after. */
export function createReconciler({ list, chroma, collectionOf, removeVersions }: Deps) {
  return async (index: string, signal?: AbortSignal): Promise<void> => {
    await list.removeOthers(index, 'without codes');
    const collection = await chroma.find(collectionOf(index));
    // Before Chroma is looked at: what is listed now has been written before.
    const listed = await list.versions(index);
    if (collection === null) return list.removeVersions(index, [...listed.values()]);

    const stored: { file_id: string; version: string }[] = [];
    for (let offset = 0; ; offset += rowsPerRequest) {
      signal?.throwIfAborted();
      const page = await chroma.get(collection, { ordinal: 0 }, { limit: rowsPerRequest, offset });
      stored.push(...page.map(({ file_id, version }) => ({ file_id, version })));
      if (page.length < rowsPerRequest) break;
    }

    // Pages shift while something is deleted: what was not seen is asked for by name before it counts as lost.
    const seen = new Set(stored.map(({ version }) => version));
    const unseen = [...listed.values()].filter((version) => !seen.has(version));
    for (const portion of portions(unseen, versionsPerRequest)) {
      const there = await chroma.get(collection, { $and: [{ ordinal: 0 }, { version: { $in: portion } }] });
      const found = new Set(there.map(({ version }) => version));
      await list.removeVersions(
        index,
        portion.filter((version) => !found.has(version)),
      );
    }

    // A version later than the listed one is just being written. What a file had before it was read anew is kept until its
    // new vectors come: texts that stayed the same are taken from there.
    const files = await list.existing(stored.map(({ file_id }) => file_id));
    const leftOver = stored.filter(
      ({ file_id, version }) => !files.has(file_id) || version < (listed.get(file_id) ?? ''),
    );
    await removeVersions(
      collection,
      leftOver.map(({ version }) => version),
    );
  };
}

import { hours } from '../../lib/clock.ts';
import type { ObjectStore } from '../../platform/storage/driver.ts';
import type { FileRow } from './policy.ts';

const uuid = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}';
const ourKey = new RegExp(`^${uuid}/(${uuid})/${uuid}(?:\\.[a-z]+)?$`);
const batchSize = 200;

/** What was made of a file lies beside it, under another ending. */
const withoutEnding = (key: string): string => key.replace(/\.[a-z]+$/, '');

/** Removes objects of uploads that never got their row, or whose row went with its owner. An hour's grace for those under way. */
export async function removeOrphans(
  store: ObjectStore,
  findMany: (ids: readonly string[]) => Promise<FileRow[]>,
  isUnderway: (key: string) => boolean,
  now: number,
): Promise<number> {
  let removed = 0;
  const check = async (batch: ReadonlyMap<string, string>): Promise<void> => {
    const known = new Set((await findMany([...batch.values()])).map((file) => withoutEnding(file.storage_key)));
    for (const key of batch.keys()) {
      if (known.has(withoutEnding(key)) || isUnderway(key)) continue;
      await store.delete(key);
      removed += 1;
    }
  };
  let batch = new Map<string, string>();
  for await (const key of store.list('')) {
    const id = ourKey.exec(key)?.[1];
    if (id === undefined || madeAt(id) > now - hours(1)) continue;
    batch.set(key, id);
    if (batch.size < batchSize) continue;
    await check(batch);
    batch = new Map();
  }
  await check(batch);
  return removed;
}

/** A UUIDv7 begins with its time in milliseconds (RFC 9562). */
const madeAt = (id: string): number => Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16);

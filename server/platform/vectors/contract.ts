import { afterAll, beforeAll, expect, it } from 'vitest';
import type { FileVector, VectorHit, VectorStore } from './driver.ts';
import { clustered, exactNearest } from './vectors.fixture.ts';

type SeededFile = { id: string; user_id: string; first_passage: string };
type Options = {
  /** The store, over what is there already: a second one is what another process, or a later start, has. */
  open(): VectorStore;
  /** A file of this person with one passage, of which the others are not needed here. */
  seedFile(userId: string): Promise<SeededFile>;
  seedUser(): Promise<string>;
  seedIndex(): Promise<string>;
  /** As a new reading that finds nothing in the file does it. */
  empty(file: SeededFile): Promise<void>;
  /** As a new reading of the file does it; answers the file with its new first passage. */
  readAnew(file: SeededFile): Promise<SeededFile>;
  removeFile(fileId: string): Promise<void>;
};

const rows = (vectors: readonly Float32Array[], name = 'text'): FileVector[] =>
  vectors.map((vector, ordinal) => ({ ordinal, vector, hash: `${name}${ordinal}`.padEnd(64, '0') }));

/** What every store of vectors must do. */
export function vectorStoreContract(options: Options): void {
  const dimensions = 96;
  const all = clustered(2_000, dimensions);
  const mine = all.slice(0, 1_500);
  const theirs = all.slice(1_500);
  const questions = clustered(2_000, dimensions, 1)
    .filter((_, at) => at % 80 === 0)
    .map((vector) => vector.map((value, at) => value + 0.3 * Math.sin(at * 7)));
  let store: VectorStore;
  let index: string;
  let [ada, bob] = ['', ''];
  let files: SeededFile[] = [];
  let secret: SeededFile;

  beforeAll(async () => {
    store = options.open();
    index = await options.seedIndex();
    [ada, bob] = [await options.seedUser(), await options.seedUser()];
    files = [await options.seedFile(ada), await options.seedFile(ada), await options.seedFile(ada)];
    secret = await options.seedFile(bob);
    for (const [at, file] of files.entries())
      expect(await store.replaceFile(index, file, rows(mine.slice(at * 500, at * 500 + 500), `mine${at}-`))).toBe(true);
    await store.replaceFile(index, secret, rows(theirs, 'theirs'));
  });
  afterAll(() => store.close());

  const placesOf = (hits: readonly VectorHit[]): number[] =>
    hits.map(({ file_id, ordinal }) => files.findIndex(({ id }) => id === file_id) * 500 + ordinal);
  const search = (vector: Float32Array, fileIds?: readonly string[], userId = ada, from = store) =>
    from.search({ index, scope: { userId, fileIds }, vector, limit: 10 });

  it('finds at least 98 in 100 of what an exact search finds, with its cosine', async () => {
    let found = 0;
    for (const question of questions) {
      const exact = new Set(exactNearest(mine, question, 10));
      const hits = await search(question);
      expect(hits.map(({ score }) => score)).toEqual(hits.map(({ score }) => score).toSorted((a, b) => b - a));
      found += placesOf(hits).filter((place) => exact.has(place)).length;
    }
    expect(found / (questions.length * 10)).toBeGreaterThanOrEqual(0.98);
    const [first] = await search(mine[0] ?? new Float32Array());
    expect(first).toMatchObject({ file_id: files[0]?.id, ordinal: 0 });
    expect(first?.score).toBeCloseTo(1, 4);
  });

  it('never finds anything of someone else, whatever files are named', async () => {
    const theirsNow = theirs[0] ?? new Float32Array();
    expect((await search(theirsNow)).map(({ file_id }) => file_id)).not.toContain(secret.id);
    expect(await search(theirsNow, [secret.id])).toEqual([]);
    expect((await search(theirsNow, [secret.id], bob))[0]).toMatchObject({ file_id: secret.id, ordinal: 0 });
  });

  it('finds what is shared, by its name alone and as long as it is', async () => {
    const vector = theirs[3] ?? new Float32Array();
    const shared = { index, vector, limit: 3, scope: { userId: ada, shared: [secret.id] } };
    expect((await store.search(shared))[0]).toMatchObject({ file_id: secret.id, ordinal: 3 });
    expect((await search(vector)).map(({ file_id }) => file_id)).not.toContain(secret.id);
  });

  it('keeps to the files that are named, and finds nothing in none', async () => {
    const only = files[2]?.id ?? '';
    expect(new Set((await search(mine[0] ?? new Float32Array(), [only])).map(({ file_id }) => file_id))).toEqual(
      new Set([only]),
    );
    expect(await search(mine[0] ?? new Float32Array(), [])).toEqual([]);
  });

  it('knows the texts that it has, index by index', async () => {
    const [hash = ''] = rows([], '')
      .concat(rows(mine.slice(0, 1), 'mine0-'))
      .map((row) => row.hash);
    const found = await store.known(index, [hash, 'f'.repeat(64)]);
    expect([...found.keys()]).toEqual([hash]);
    const other = await options.seedIndex();
    expect((await store.known(other, [hash])).size).toBe(0);
    expect(
      await store.search({ index: other, scope: { userId: ada }, vector: mine[0] ?? new Float32Array(), limit: 3 }),
    ).toEqual([]);
  });

  it('finds nothing by a vector of other dimensions, or of zeros', async () => {
    expect(await search(new Float32Array(64).fill(1))).toEqual([]);
    expect(await search(new Float32Array(dimensions))).toEqual([]);
  });

  it('still has everything after a restart', async () => {
    const later = options.open();
    expect(await search(mine[7] ?? new Float32Array(), undefined, ada, later)).toEqual(
      await search(mine[7] ?? new Float32Array()),
    );
    await later.close();
  });

  it('replaces a file in every process, and refuses vectors of what stood there before', async () => {
    const other = options.open();
    const file = await options.seedFile(ada);
    const [before, after] = [mine.slice(0, 5), mine.slice(20, 22)];
    await store.replaceFile(index, file, rows(before, 'a'));
    expect(await search(before[4] ?? new Float32Array(), [file.id], ada, other)).toHaveLength(5);
    const anew = await options.readAnew(file);
    expect(await search(before[4] ?? new Float32Array(), [file.id])).toEqual([]);
    expect(await store.replaceFile(index, file, rows(before, 'a'))).toBe(false);
    expect((await store.known(index, ['a0'.padEnd(64, '0')])).size).toBe(1);
    expect(await store.replaceFile(index, anew, rows(after, 'b'))).toBe(true);
    expect((await store.known(index, ['a0'.padEnd(64, '0')])).size).toBe(0);
    for (const from of [store, other])
      expect(
        (await search(after[1] ?? new Float32Array(), [file.id], ada, from)).map(({ ordinal }) => ordinal),
      ).toEqual([1, 0]);
    await other.close();
  });

  it('finds nothing of a deleted file any more, in any process, and keeps none of its vectors', async () => {
    const other = options.open();
    const file = await options.seedFile(ada);
    await store.replaceFile(index, file, rows(mine.slice(0, 3), 'gone'));
    expect(await search(mine[0] ?? new Float32Array(), [file.id], ada, other)).toHaveLength(3);
    await options.removeFile(file.id);
    for (const from of [store, other])
      expect(await search(mine[0] ?? new Float32Array(), [file.id], ada, from)).toEqual([]);
    expect((await store.known(index, ['gone0'.padEnd(64, '0')])).size).toBe(0);
    await other.close();
  });

  it('keeps nothing of a file in which nothing is found any more, once it is told; of one that was read anew until then', async () => {
    const file = await options.seedFile(ada);
    await store.replaceFile(index, file, rows(mine.slice(0, 3), 'empty'));
    const known = async () => (await store.known(index, ['empty1'.padEnd(64, '0')])).size;
    const anew = await options.readAnew(file);
    await store.reconcile(index);
    expect(await known()).toBe(1);
    await options.empty(anew);
    await store.removeFile(index, file.id);
    expect(await known()).toBe(0);
  });

  it('answers many at once, while files come and go', async () => {
    const answers = await Promise.all(
      Array.from({ length: 40 }, async (_, at) => {
        const vector = mine[at] ?? new Float32Array();
        if (at % 10 === 0)
          await store.replaceFile(
            index,
            await options.seedFile(ada),
            rows(clustered(3, dimensions, at + 50), `s${at}`),
          );
        return (await search(vector))[0];
      }),
    );
    expect(answers.map((hit) => hit?.ordinal)).toEqual(answers.map((_, at) => at));
  });
}

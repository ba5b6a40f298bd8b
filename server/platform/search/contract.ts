import { beforeAll, expect, it } from 'vitest';
import type { TermIndex, TermMatch } from './driver.ts';

export type Seeded = { userId: string; otherUserId: string; files: readonly [string, string]; otherFile: string };
type Options = {
  open(): Promise<{
    index: TermIndex;
    seeded: Seeded;
    passageId(): string;
    removeFileRow(fileId: string): Promise<void>;
  }>;
};

/** What the index must do on every engine. `open` gives an empty one with two files of one user and one of another. */
export function termIndexContract({ open }: Options): void {
  let { index, seeded, passageId, removeFileRow } = {} as Awaited<ReturnType<Options['open']>>;
  const ids = new Map<string, string>();

  const put = async (name: string, file: string, user: string, terms: string): Promise<void> => {
    ids.set(name, passageId());
    await index.add([{ passage_id: ids.get(name) ?? '', file_id: file, user_id: user, terms: terms.split(' ') }]);
  };
  const names = (matches: readonly TermMatch[]): (string | undefined)[] =>
    matches.map(({ passage_id }) => [...ids].find(([, id]) => id === passage_id)?.[0]);
  const find = async (
    terms: string[][],
    fileIds?: readonly string[],
    userId = seeded.userId,
  ): Promise<(string | undefined)[]> =>
    names(
      await index.match({
        scope: { userId, fileIds },
        clauses: terms.map((group) => ({ all: [group], weight: 1 })),
        limit: 10,
        depth: 100,
      }),
    );

  beforeAll(async () => {
    ({ index, seeded, passageId, removeFileRow } = await open());
    const [first, second] = seeded.files;
    await put('water', first, seeded.userId, 'tkwater tkis tkwet tk5');
    await put('filter', first, seeded.userId, 'tkwater tkfilter tke204');
    await put('warranty', second, seeded.userId, 'tkwarranti tk36 thabc123');
    await put('secret', seeded.otherFile, seeded.otherUserId, 'tkwater tkfilter tkwarranti');
  });

  it('finds passages by any term: short ones, numbers, identifiers, the engine’s own stop words', async () => {
    expect(await find([['tkis']])).toEqual(['water']);
    expect(await find([['tk5']])).toEqual(['water']);
    expect(await find([['tke204']])).toEqual(['filter']);
    expect(await find([['thabc123']])).toEqual(['warranty']);
    expect(await find([['tknowhere']])).toEqual([]);
  });

  it('gives a passage’s terms in their order, and nothing else', async () => {
    const [match] = await index.match({
      scope: { userId: seeded.userId },
      clauses: [{ all: [['tk36']], weight: 1 }],
      limit: 1,
      depth: 10,
    });
    expect(match).toEqual({
      passage_id: ids.get('warranty'),
      file_id: seeded.files[1],
      terms: 'tkwarranti tk36 thabc123',
    });
  });

  it('orders by the weight of the clauses satisfied, then by id', async () => {
    const clauses = [
      { all: [['tkwater']], weight: 1 },
      { all: [['tkfilter']], weight: 5 },
      { all: [['tkwarranti']], weight: 3 },
    ];
    const scope = { userId: seeded.userId };
    expect(names(await index.match({ scope, clauses, limit: 10, depth: 100 }))).toEqual([
      'filter',
      'warranty',
      'water',
    ]);
    expect(names(await index.match({ scope, clauses, limit: 1, depth: 100 }))).toEqual(['filter']);
    expect(await find([['tkwater', 'tkwarranti']])).toEqual(['water', 'filter', 'warranty']);
  });

  it('asks for a term of each group of a clause', async () => {
    const scope = { userId: seeded.userId };
    const clauses = [{ all: [['tkwater'], ['tkfilter', 'tkwarranti']], weight: 1 }];
    expect(names(await index.match({ scope, clauses, limit: 10, depth: 100 }))).toEqual(['filter']);
  });

  it('looks at nobody else’s passages, whatever file is named', async () => {
    expect(await find([['tkwater']])).toEqual(['water', 'filter']);
    expect(await find([['tkwater']], [seeded.otherFile])).toEqual([]);
    expect(await find([['tkwater']], undefined, seeded.otherUserId)).toEqual(['secret']);
    expect(await index.count({ userId: seeded.userId }, [['tkwater'], ['tkwarranti']], 100)).toEqual([2, 1]);
  });

  it('looks only at the files that are named, and at none where the list is empty', async () => {
    expect(await find([['tkwater'], ['tkwarranti']], [seeded.files[1]])).toEqual(['warranty']);
    expect(await find([['tkwater'], ['tkwarranti']], seeded.files)).toHaveLength(3);
    expect(await find([['tkwater']], [])).toEqual([]);
  });

  it('counts each group no further than the cap', async () => {
    const scope = { userId: seeded.userId };
    expect(await index.count(scope, [['tkwater'], ['tknowhere'], ['tkfilter', 'tkwarranti']], 100)).toEqual([2, 0, 2]);
    expect(await index.count(scope, [['tkwater']], 1)).toEqual([1]);
    expect(await index.count(scope, [], 1)).toEqual([]);
  });

  it.each([
    '"',
    "'",
    '*',
    'tkwater OR tkfilter',
    'tkwater*',
    '+tkwater',
    '-tkwater',
    '(',
    'NEAR(tkwater tkfilter)',
    'terms:tkwater',
    'tkwater & !tkfilter',
    'tkwater:*',
    '@',
    '<->',
    '\\',
    ';drop table passage_terms',
    "') or 1=1 --",
    'uS',
    '%',
    '',
    ' ',
    '\u0000',
    'водa',
  ])('leaves out what is no term: %s', async (syntax) => {
    expect(await find([[syntax]])).toEqual([]);
    expect(await find([[syntax, 'tke204']])).toEqual(['filter']);
    expect(await index.count({ userId: seeded.userId }, [[syntax]], 10)).toEqual([0]);
  });

  it('forgets a file at once, by itself and with the file’s row', async () => {
    const [first, second] = seeded.files;
    await index.removeFile(first);
    expect(await find([['tkwater']])).toEqual([]);
    expect(await index.count({ userId: seeded.userId }, [['tkwater']], 10)).toEqual([0]);
    await index.removeFile(first);
    await removeFileRow(second);
    expect(await find([['tkwarranti']])).toEqual([]);
    expect(await find([['tkwater']], undefined, seeded.otherUserId)).toEqual(['secret']);
  });
}

import { beforeAll, expect, it } from 'vitest';
import { describeEachDatabase } from '../../../test/databases.ts';
import type { Passage } from '../../../shared/api/passages.ts';
import { handbook, lease, manual, pagesOf } from '../../lib/text/documents.fixture.ts';
import { refreshStatistics } from '../../db/statistics.ts';
import { newId } from '../../lib/ids.ts';
import { estimateTokens } from '../../lib/text/tokens.ts';
import { createTermIndex } from '../../platform/search/create.ts';
import { seedUser } from '../../platform/search/search.fixture.ts';
import { createPassageRepository } from './repository.ts';
import { createKnowledgeService, type KnowledgeService } from './service.ts';

const questions = [
  'How long is the warranty?',
  'water',
  'the appliance and the filter',
  'error E-204',
  'Kündigungsfrist',
  'Wie hoch ist die Kaution?',
  'notice period months',
  'days of leave',
  'to be or not to be',
  'cartridge water tank appliance months',
  '24 V',
  'nothing of the kind xyzzy',
];
/** What each question finds, as text; every engine is held to what SQLite, the first, has found. */
const reference = new Map<string, string[]>();
const digest = (passages: readonly Passage[]): string[] =>
  passages.map(({ source, page, text, score }) => `${source.title} ${page} ${score} ${text.slice(0, 60)}`);

describeEachDatabase('knowledge', (database, engine) => {
  let knowledge: KnowledgeService;
  let userId: string;
  let files: { id: string; user_id: string }[];
  let other: { userId: string; files: { id: string; user_id: string }[] };

  beforeAll(async () => {
    const { db } = database();
    knowledge = createKnowledgeService({ db, engine, index: (on) => createTermIndex(on, engine) });
    ({ userId, files } = await seedUser(db, ['aquapress.pdf', 'handbook.md', 'mietvertrag.pdf']));
    other = await seedUser(db, ['secret.txt']);
    const texts = [pagesOf(manual), [{ page: null, text: handbook }], pagesOf(lease)];
    for (const [at, file] of files.entries()) await knowledge.replace(file, texts[at] ?? []);
    await knowledge.replace(other.files[0] ?? { id: '', user_id: '' }, [
      { page: 1, text: 'The warranty of the secret cartridge is xyzzy.' },
    ]);
  });
  const fileId = (at: number): string => files[at]?.id ?? '';
  const ask = async (question: string, at?: number): Promise<Passage[]> =>
    (await knowledge.retrieve({ userId, question, limit: 8, ...(at !== undefined && { fileIds: [fileId(at)] }) }))
      .passages;

  it.each(questions)('finds the same on every engine: %s', async (question) => {
    const found = digest(await ask(question));
    if (engine === 'sqlite') reference.set(question, found);
    expect(found).toEqual(reference.get(question));
  });

  it('scores from 1 downwards', async () => {
    const scores = (await ask('warranty of the appliance')).map(({ score }) => score);
    expect(scores[0]).toBe(1);
    expect(scores.length).toBeGreaterThan(2);
    expect(scores).toEqual(scores.toSorted((a, b) => b - a));
    for (const score of scores) expect(score).toBeGreaterThan(0);
  });

  it('finds what is asked for in other grammatical forms, spelling and parts', async () => {
    expect((await ask('warranties'))[0]?.page).toBe(9);
    expect((await ask('KUNDIGUNG eines Mietverhaltnisses'))[0]?.page).toBe(3);
    expect((await ask('Kündigungsfrist'))[0]?.page).toBe(3);
  });

  it('keeps to the files that are named', async () => {
    expect(new Set((await ask('months', 1)).map(({ source }) => source.title))).toEqual(new Set(['handbook.md']));
    expect(await knowledge.retrieve({ userId, question: 'months', fileIds: [], limit: 5 })).toMatchObject({
      passages: [],
      matched: false,
    });
  });

  it('never shows another person’s passages, even for the id of their file', async () => {
    const theirs = other.files.map(({ id }) => id);
    for (const question of ['secret cartridge xyzzy', 'summarise this', 'what is on page 1?']) {
      expect(await knowledge.retrieve({ userId, question, fileIds: theirs, limit: 5 })).toMatchObject({
        passages: [],
        matched: false,
      });
    }
    expect((await ask('secret xyzzy')).map(({ source }) => source.title)).not.toContain('secret.txt');
    expect((await knowledge.retrieve({ userId: other.userId, question: 'xyzzy', limit: 5 })).passages).toHaveLength(1);
  });

  it('gives the openings of the named files where nothing matches, and says so', async () => {
    const { passages, matched } = await knowledge.retrieve({
      userId,
      question: 'photosynthesis',
      fileIds: [fileId(0)],
      limit: 4,
    });
    expect(matched).toBe(false);
    expect(passages).toHaveLength(4);
    expect(passages[0]?.text).toContain('AquaPress 300');
    expect(await knowledge.retrieve({ userId, question: 'photosynthesis', limit: 4 })).toMatchObject({
      passages: [],
      matched: false,
    });
  });

  it('gives openings, of each file some, for a question without a subject', async () => {
    const { passages, matched } = await knowledge.retrieve({
      userId,
      question: 'Summarise these documents',
      fileIds: files.map(({ id }) => id),
      limit: 6,
    });
    expect(matched).toBe(true);
    expect(new Set(passages.map(({ source }) => source.title)).size).toBe(3);
  });

  it('gives the page that is named, alone or with what was asked before', async () => {
    const page = await knowledge.retrieve({ userId, question: 'What is on page 8?', fileIds: [fileId(0)], limit: 5 });
    expect(new Set(page.passages.map((passage) => passage.page))).toEqual(new Set([8]));
    const after = await knowledge.retrieve({
      userId,
      question: 'and how long is it?',
      previous: 'Is there a warranty?',
      fileIds: [fileId(0)],
      limit: 5,
    });
    expect(after.passages[0]?.page).toBe(9);
  });

  it.each([
    '"',
    'a" OR "b',
    '*',
    'NEAR(a b)',
    "') or 1=1 --",
    '& | !',
    '+(-x) ~y @5',
    'x:*',
    '\\',
    '\u0000',
    '%_',
    ':)',
    '   ',
    'é'.repeat(10_000),
    '('.repeat(20_000),
  ])('takes any text for a question: %#', async (question) => {
    for (const passage of await ask(question)) expect(passage.source.title).not.toBe('secret.txt');
  });

  it('replaces everything at once, and the same again changes nothing', async () => {
    const file = { id: fileId(1), user_id: userId };
    const before = await knowledge.list(file.id);
    const { count } = await knowledge.replace(file, [{ page: null, text: handbook }]);
    const after = await knowledge.list(file.id);
    expect(count).toBe(before.length);
    expect(after.map(({ ordinal, text }) => [ordinal, text])).toEqual(
      before.map(({ ordinal, text }) => [ordinal, text]),
    );
    expect((await ask('overtime')).length).toBe(1);
    await knowledge.replace(file, [{ page: null, text: 'Only the zebra is here.' }]);
    expect(await ask('overtime')).toEqual([]);
    expect(await ask('zebra')).toHaveLength(1);
  });

  it('keeps what was there when the new cannot be stored', async () => {
    const file = { id: fileId(1), user_id: userId };
    const broken = createKnowledgeService({
      db: database().db,
      engine,
      index: (on) => ({ ...createTermIndex(on, engine), add: () => Promise.reject(new Error('disk full')) }),
    });
    await expect(broken.replace(file, [{ page: null, text: 'Lions.' }])).rejects.toThrow('disk full');
    expect(await ask('zebra')).toHaveLength(1);
    expect(await ask('lions')).toEqual([]);
  });

  it('lists passages in reading order, by page', async () => {
    const all = await knowledge.list(fileId(0));
    expect(all.map(({ ordinal }) => ordinal)).toEqual(all.map((_, at) => at));
    expect((await knowledge.list(fileId(0), { page: 9 })).every(({ page }) => page === 9)).toBe(true);
    expect(await knowledge.list(newId())).toEqual([]);
  });

  it('keeps where words stand on their page, as long as the file says so', async () => {
    const file = { id: fileId(1), user_id: userId };
    const boxes = async () => (await knowledge.list(file.id, { page: 1 })).map((passage) => passage.boxes);
    const text = 'Only the zebra 😀 is here.';
    await knowledge.replace(file, [{ page: 1, text, placed: [[text, 1, 2, 3_000, 4]] }]);
    expect(await boxes()).toEqual([[[1, 2, 3_000, 4]]]);
    await knowledge.replace(file, [{ page: 1, text, placed: [[text, 5, 6, 7_000, 8]] }]);
    expect(await boxes()).toEqual([[[5, 6, 7_000, 8]]]);
    await knowledge.replace(file, [{ page: 1, text }]);
    expect(await boxes()).toEqual([[]]);
    const left = await database().db.selectFrom('page_layouts').select('page').execute();
    expect(left).toEqual([]);
  });

  it('stores many passages and texts of any script', async () => {
    const file = { id: fileId(1), user_id: userId };
    const text = Array.from(
      { length: 400 },
      (_, at) => `# Part ${at}\n\n${`Gizmo${at} 東京都の水 договор 😀 naïve. `.repeat(14)}`,
    ).join('\n\n');
    const { count } = await knowledge.replace(file, [{ page: null, text }]);
    expect(count).toBeGreaterThan(300);
    expect((await ask('gizmo377'))[0]?.text).toContain('Part 377');
    expect((await ask('договор')).length).toBeGreaterThan(0);
    expect((await ask('東京の水')).length).toBeGreaterThan(0);
  });

  it('keeps count of passages and of their tokens with each file', async () => {
    const { db } = database();
    const kept = createPassageRepository(db);
    const rows = await db.selectFrom('passages').select('tokens').where('user_id', '=', userId).execute();
    expect(rows.length).toBeGreaterThan(300);
    expect(await kept.count({ userId })).toBe(rows.length);
    expect(await kept.tokens({ userId })).toBe(rows.reduce((sum, { tokens }) => sum + Number(tokens), 0));
    expect((await kept.lengths({ userId })).reduce((sum, { total }) => sum + total, 0)).toBe(rows.length);
    const { passages } = await knowledge.retrieve({ userId, question: 'cartridge', limit: 1 });
    const [row] = await knowledge.list(fileId(0), { page: passages[0]?.page ?? 0 });
    expect(row?.tokens).toBe(estimateTokens(row?.text ?? ''));
    expect(await kept.count({ userId, shared: [fileId(0)], fileIds: other.files.map(({ id }) => id) })).toBe(0);
    expect(await kept.count({ userId: other.userId, shared: [fileId(0)], fileIds: [fileId(0)] })).toBe(
      (await knowledge.list(fileId(0))).length,
    );
  });

  it('finds the same once the engine has looked at how much there is', async () => {
    const before = digest(await ask('warranty months'));
    await refreshStatistics(database().db, engine, true);
    expect(digest(await ask('warranty months'))).toEqual(before);
  });

  it('forgets a removed file at once', async () => {
    await knowledge.removeFile(fileId(0));
    expect(await createPassageRepository(database().db).count({ userId, fileIds: [fileId(0)] })).toBe(0);
    expect(await ask('cartridge')).toEqual([]);
    expect(await knowledge.list(fileId(0))).toEqual([]);
    await knowledge.removeFile(fileId(0));
  });
});

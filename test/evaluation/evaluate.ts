import { join } from 'node:path';
import pino from 'pino';
import { openDatabase } from '../../server/db/database.ts';
import { migrate } from '../../server/db/migrate.ts';
import { createTransactor } from '../../server/db/transaction.ts';
import { createKnowledgeService } from '../../server/features/knowledge/service.ts';
import { newId } from '../../server/lib/ids.ts';
import { createTermIndex } from '../../server/platform/search/create.ts';
import { createEmbeddedVectors } from '../../server/platform/vectors/drivers/embedded/store.ts';
import { temporaryFolder } from '../bench/processes.ts';
import { fileRow, userRow } from '../bench/seed.ts';
import { learn } from './latent.ts';
import { oneLine, questions, textOf, type Question } from './texts.ts';

const depth = 5;
export const ways = ['words', 'meaning', 'both'] as const;
export type Score = { way: (typeof ways)[number]; kind: Question['kind']; asked: number; recall: number; mrr: number };

/** Reads the texts as files are read, asks every question in three ways, and says how often the answer was among the first five. */
export async function evaluate(): Promise<Score[]> {
  await using folder = await temporaryFolder();
  const url = `sqlite:${join(folder.path, 'evaluation.db')}`;
  const database = openDatabase({ url, poolSize: 1, slowQueryMs: 60_000, logger: pino({ level: 'silent' }) });
  await migrate(database);
  const { db, engine } = database;
  const index = (on: typeof db) => createTermIndex(on, engine);
  const [userId, indexId] = [newId(), newId()];
  await db.insertInto('users').values(userRow(userId)).execute();
  await db
    .insertInto('embedding_indexes')
    .values({ id: indexId, model: 'here/latent', state: 'active', error: null, created_at: 0, activated_at: 0 })
    .execute();

  const byWords = createKnowledgeService({ db, index });
  const titles = new Map<string, string>();
  for (const title of new Set(questions.map(({ file }) => file))) {
    const file = { id: newId(), user_id: userId };
    titles.set(file.id, title);
    await db
      .insertInto('files')
      .values({ ...fileRow(file), filename: `${title}.txt` })
      .execute();
    await byWords.replace(file, [{ page: null, text: textOf(title) }]);
  }
  const passages = await db.selectFrom('passages').selectAll().orderBy('file_id').orderBy('ordinal').execute();
  const vectorOf = learn(passages.map(({ text }) => text));
  const vectors = createEmbeddedVectors({ database, inTransaction: createTransactor(database) });
  for (const [id, rows] of Map.groupBy(passages, ({ file_id }) => file_id))
    await vectors.replaceFile(
      indexId,
      { id, user_id: userId, first_passage: rows[0]?.id ?? '' },
      rows.map(({ ordinal, text, id: passage }) => ({
        ordinal,
        hash: passage.padEnd(64, '0'),
        vector: vectorOf(text),
      })),
    );
  const near = (text: string, limit: number) =>
    vectors.search({ index: indexId, scope: { userId }, vector: vectorOf(text), limit });
  const byBoth = createKnowledgeService({ db, index, meaning: (_scope, text, limit) => near(text, limit) });

  type Found = { title: string; text: string };
  const textAt = new Map(passages.map(({ file_id, ordinal, text }) => [`${file_id}:${ordinal}`, text]));
  const retrieved = async (service: typeof byWords, question: string): Promise<Found[]> =>
    (await service.retrieve({ userId, question, limit: depth })).passages.map(({ source, text }) => ({
      title: titles.get(source.id) ?? '',
      text,
    }));
  const ask: Record<Score['way'], (question: string) => Promise<Found[]>> = {
    words: (question) => retrieved(byWords, question),
    meaning: async (question) =>
      (await near(question, depth)).map(({ file_id, ordinal }) => ({
        title: titles.get(file_id) ?? '',
        text: textAt.get(`${file_id}:${ordinal}`) ?? '',
      })),
    both: (question) => retrieved(byBoth, question),
  };
  const answers = ({ file, quote }: Question, { title, text }: Found): boolean =>
    title === file && oneLine(text).includes(quote);
  const all = passages.map(({ file_id, text }) => ({ title: titles.get(file_id) ?? '', text }));
  const asked = questions.filter((question) => all.some((passage) => answers(question, passage)));

  const scores: Score[] = [];
  for (const way of ways) {
    const places = new Map<Question, number>();
    for (const question of asked)
      places.set(
        question,
        (await ask[way](question.question)).findIndex((passage) => answers(question, passage)),
      );
    for (const [kind, of] of Map.groupBy(asked, (question) => question.kind)) {
      const ranks = of.map((question) => places.get(question) ?? -1).filter((rank) => rank >= 0);
      scores.push({
        way,
        kind,
        asked: of.length,
        recall: ranks.length / of.length,
        mrr: ranks.reduce((sum, rank) => sum + 1 / (rank + 1), 0) / of.length,
      });
    }
  }
  await vectors.close();
  await database.close();
  return scores;
}

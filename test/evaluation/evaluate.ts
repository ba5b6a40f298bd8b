import { join } from 'node:path';
import pino from 'pino';
import { openDatabase } from '../../server/db/database.ts';
import { migrate } from '../../server/db/migrate.ts';
import { createTransactor } from '../../server/db/transaction.ts';
import { createKnowledgeService } from '../../server/features/knowledge/service.ts';
import type { SearchMeaning } from '../../server/features/knowledge/retrieval.ts';
import { newId } from '../../server/lib/ids.ts';
import { createTermIndex } from '../../server/platform/search/create.ts';
import { createEmbeddedVectors } from '../../server/platform/vectors/drivers/embedded/store.ts';
import { temporaryFolder } from '../bench/processes.ts';
import { fileRow, userRow } from '../bench/seed.ts';
import { learn } from './latent.ts';
import { rerankFrom, vectorsFrom, type Vectors } from './servers.ts';
import { oneLine, questions, textOf, type Question } from './texts.ts';

const depth = 5;
const ways = ['words', 'meaning', 'both', 'ordered'] as const;
export type Score = {
  way: (typeof ways)[number];
  model: string | null;
  kind: Question['kind'];
  asked: number;
  recall: number;
  mrr: number;
};

/** Servers with real models: see `servers.ts` for how they are named. Without one, vectors are learnt from the texts themselves, and nobody orders. */
export type Servers = { embeddings?: string | undefined; rerank?: string | undefined };

/** Reads the texts as files are read, asks every question in each way, and says how often the answer was among the first five. */
export async function evaluate({ embeddings, rerank }: Servers = {}, only = questions): Promise<Score[]> {
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

  const byWords = createKnowledgeService({ db, engine, index });
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
  const source = embeddings ? vectorsFrom(embeddings) : learnt(passages.map(({ text }) => text));
  const made = await source.passages(passages.map(({ text }) => text));
  const vectorAt = new Map(passages.map(({ id }, at) => [id, made[at] ?? new Float32Array()]));
  const vectors = createEmbeddedVectors({ database, inTransaction: createTransactor(database) });
  for (const [id, rows] of Map.groupBy(passages, ({ file_id }) => file_id))
    await vectors.replaceFile(
      indexId,
      { id, user_id: userId, first_passage: rows[0]?.id ?? '' },
      rows.map(({ ordinal, id: passage }) => ({
        ordinal,
        hash: passage.padEnd(64, '0'),
        vector: vectorAt.get(passage) ?? new Float32Array(),
      })),
    );
  const asked = new Map<string, Promise<Float32Array>>();
  const near = async (text: string, limit: number) => {
    const question = asked.get(text) ?? source.question(text);
    asked.set(text, question);
    return vectors.search({ index: indexId, scope: { userId }, vector: await question, limit });
  };
  const meaning: SearchMeaning = (_scope, text, limit) => near(text, limit);
  const byBoth = createKnowledgeService({ db, engine, index, meaning });
  const ordered = rerank && createKnowledgeService({ db, engine, index, meaning, rerank: rerankFrom(rerank) });

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
    ordered: (question) => retrieved(ordered || byBoth, question),
  };
  const answers = ({ file, quote }: Question, { title, text }: Found): boolean =>
    title === file && oneLine(text).includes(quote);
  const all = passages.map(({ file_id, text }) => ({ title: titles.get(file_id) ?? '', text }));
  const answerable = only.filter((question) => all.some((passage) => answers(question, passage)));

  const scores: Score[] = [];
  for (const way of ways.filter((each) => each !== 'ordered' || ordered)) {
    const places = new Map<Question, number>();
    for (const question of answerable)
      places.set(
        question,
        (await ask[way](question.question)).findIndex((passage) => answers(question, passage)),
      );
    for (const [kind, of] of Map.groupBy(answerable, (question) => question.kind)) {
      const ranks = of.map((question) => places.get(question) ?? -1).filter((rank) => rank >= 0);
      scores.push({
        way,
        model: way === 'words' ? null : source.name,
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

function learnt(texts: readonly string[]): Vectors {
  const vectorOf = learn(texts);
  return {
    name: 'latent semantic analysis',
    passages: (all) => Promise.resolve(all.map(vectorOf)),
    question: (text) => Promise.resolve(vectorOf(text)),
  };
}

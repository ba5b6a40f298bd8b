import { monitorEventLoopDelay } from 'node:perf_hooks';
import pino from 'pino';
import { openDatabase } from '../../server/db/database.ts';
import { migrate } from '../../server/db/migrate.ts';
import { refreshStatistics } from '../../server/db/statistics.ts';
import { createTransactor } from '../../server/db/transaction.ts';
import { createKnowledgeService } from '../../server/features/knowledge/service.ts';
import { newId } from '../../server/lib/ids.ts';
import { createOutboundGuard } from '../../server/lib/outbound-guard.ts';
import { analyse } from '../../server/lib/text/terms.ts';
import { createTermIndex } from '../../server/platform/search/create.ts';
import { createVectorStore } from '../../server/platform/vectors/create.ts';
import { clustered } from '../../server/platform/vectors/vectors.fixture.ts';
import { fileRow, userRow } from './seed.ts';

/** Fills a database with passages and vectors, asks it, and says in JSON how that went: `p9-scan.ts <database> <passages> <questions> [pgvector]`. */
export type Scan = {
  hybrid: number[];
  /** Of the main thread's processor time a question, ms: says the same on a busy machine as on an idle one. */
  busy: number[];
  vectors: number[];
  recall: number;
  loop: number;
  first: number;
};

const [url = '', size = '1000', count = '100', asked] = process.argv.slice(2);
const store = asked === 'pgvector' ? 'pgvector' : 'embedded';
const logger = pino({ level: 'silent' });
const passages = Number(size);
const questions = Number(count);
const dimensions = 768;
const perFile = 200;
const exactQuestions = 20;
const WARM_UP = 100;

const database = openDatabase({ url, poolSize: 5, slowQueryMs: 60_000, logger });
await migrate(database);
const { db, engine } = database;
const vectors = await createVectorStore({
  where: { store },
  database,
  inTransaction: createTransactor(database),
  guard: createOutboundGuard(),
  logger,
});
const [userId, index] = [newId(), newId()];

/** In letters, as words are: what has digits in it is found by its parts too, and takes four terms. */
const spelt = (n: number): string =>
  `w${n.toString(26).replaceAll(/[0-9]/g, (digit) => 'qrstuvwxyz'[Number(digit)] ?? '')}x`;
/** Words by Zipf's law, so that some are in nearly every passage and most in few. */
const word = (seed: number): string =>
  spelt(Math.floor(20_000 ** (((seed * 2_654_435_761) % 4_294_967_296) / 4_294_967_296)));
const textOf = (at: number): string =>
  Array.from({ length: 120 }, (_, place) => word(at * 131 + place * 7 + 1)).join(' ');

const all = clustered(passages, dimensions);
await db.insertInto('users').values(userRow(userId)).execute();
await db
  .insertInto('embedding_indexes')
  .values({ id: index, model: 'bench/none', state: 'active', error: null, created_at: 0, activated_at: 0 })
  .execute();
for (let from = 0; from < passages; from += perFile) await addFile(from, Math.min(perFile, passages - from));
// As Carrel does when an index has become whole.
await refreshStatistics(db, engine, true);

let question = new Float32Array();
const knowledge = createKnowledgeService({
  db,
  engine,
  reader: database.reader,
  index: (on) => createTermIndex(on, engine),
  meaning: (scope, _text, limit) => vectors.search({ index, scope, vector: question, limit }),
});

const at = (turn: number): number => Math.floor((turn * 7_919 + 13) % passages);
const aim = (turn: number): Float32Array<ArrayBuffer> =>
  Float32Array.from(all[at(turn)] ?? [], (value, place) => value + 0.5 * Math.sin(place * 12.9898 + turn));
const ask = async (turn: number): Promise<void> => {
  question = aim(turn);
  await knowledge.retrieve({
    userId,
    question: `${word(turn * 17 + 3)} ${word(turn * 29 + 5)} ${word(turn * 31)}`,
    limit: 10,
  });
};
const timed = async (work: () => Promise<unknown>): Promise<number> => {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
};

const first = await timed(() => ask(0));
// A server that has answered for a while: what it is measured at is compiled.
for (let turn = 1; turn <= WARM_UP; turn += 1) await ask(questions + turn);
const loop = monitorEventLoopDelay({ resolution: 1 });
loop.enable();
const hybrid: number[] = [];
const busy: number[] = [];
for (let turn = 1; turn <= questions; turn += 1) {
  const before = process.threadCpuUsage();
  hybrid.push(await timed(() => ask(turn)));
  const { user, system } = process.threadCpuUsage(before);
  busy.push((user + system) / 1_000);
}
loop.disable();
const alone: number[] = [];
let found = 0;
for (let turn = 1; turn <= questions; turn += 1)
  alone.push(await timed(() => vectors.search({ index, scope: { userId }, vector: aim(turn), limit: 10 })));
const places = new Map<string, number>();
for (const [place, { file_id }] of (
  await db.selectFrom('vector_files').select('file_id').orderBy('file_id').execute()
).entries())
  places.set(file_id, place * perFile);
for (let turn = 1; turn <= exactQuestions; turn += 1) {
  const nearest = new Set(exact(aim(turn), 10));
  const hits = await vectors.search({ index, scope: { userId }, vector: aim(turn), limit: 10 });
  found += hits.filter(({ file_id, ordinal }) => nearest.has((places.get(file_id) ?? 0) + ordinal)).length;
}
process.stdout.write(
  JSON.stringify({
    hybrid,
    busy,
    vectors: alone,
    recall: found / (exactQuestions * 10),
    loop: loop.percentile(99) / 1e6,
    first,
  } satisfies Scan),
);
await vectors.close();
await database.close();

function exact(vector: Float32Array, limit: number): number[] {
  const best: { place: number; score: number }[] = [];
  for (const [place, other] of all.entries()) {
    let [sum, square] = [0, 0];
    for (let d = 0; d < dimensions; d += 1) {
      const value = other[d] ?? 0;
      sum += value * (vector[d] ?? 0);
      square += value * value;
    }
    const score = sum / Math.sqrt(square);
    if (best.length === limit && score <= (best.at(-1)?.score ?? 0)) continue;
    best.push({ place, score });
    best.sort((a, b) => b.score - a.score);
    best.length = Math.min(best.length, limit);
  }
  return best.map(({ place }) => place);
}

async function addFile(from: number, length: number): Promise<void> {
  const file = { id: newId(), user_id: userId };
  await db.insertInto('files').values(fileRow(file)).execute();
  const rows = Array.from({ length }, (_, ordinal) => ({
    id: newId(),
    file_id: file.id,
    user_id: userId,
    ordinal,
    page: null,
    text: textOf(from + ordinal),
    tokens: null,
  }));
  await db.transaction().execute(async (tx) => {
    await tx.insertInto('passages').values(rows).execute();
    await tx.updateTable('files').set({ passage_count: length }).where('id', '=', file.id).execute();
    await createTermIndex(tx, engine).add(
      rows.map(({ id, text }) => ({
        passage_id: id,
        file_id: file.id,
        user_id: userId,
        terms: analyse(text, 'en').map(({ term }) => term),
      })),
    );
  });
  const made = rows.map(({ ordinal }) => ({
    ordinal,
    hash: `${from + ordinal}`.padStart(64, '0'),
    vector: all[from + ordinal] ?? new Float32Array(dimensions),
  }));
  await vectors.replaceFile(index, { ...file, first_passage: rows[0]?.id ?? '' }, made);
}

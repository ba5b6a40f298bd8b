import { readFile } from 'node:fs/promises';
import pino from 'pino';
import { openDatabase } from '../../server/db/database.ts';
import { migrate } from '../../server/db/migrate.ts';
import { createKnowledgeService } from '../../server/features/knowledge/service.ts';
import { newId } from '../../server/lib/ids.ts';
import { createTextExtractor } from '../../server/platform/extract/drivers/worker-pool.ts';
import { createTermIndex } from '../../server/platform/search/create.ts';
import { fileRow, userRow } from './seed.ts';

/**
 * Reads one PDF and says in JSON what that took: `p10-read.ts <how> <file> <database>`. `bare`: the parser alone, each page's text;
 * `text`: as Carrel takes text from files, in its thread; `whole`: with passages, their places and the index of words, stored.
 */
export type Reading = {
  pages: number;
  /** Processor time of the whole process, all threads, ms; not that of a database's own. */
  cpu: number;
  /** The most memory it ever had, MB. */
  memory: number;
};

const [how = '', path = '', url = ''] = process.argv.slice(2);
const logger = pino({ level: 'silent' });

async function bare(): Promise<number> {
  const { getDocument } = await import('pdfjs-dist/legacy/build/pdf.mjs');
  const loading = getDocument({ data: new Uint8Array(await readFile(path)), verbosity: 0, disableFontFace: true });
  const document = await loading.promise;
  for (let number = 1; number <= document.numPages; number += 1) {
    const page = await document.getPage(number);
    await page.getTextContent();
    page.cleanup();
  }
  const { numPages } = document;
  await loading.destroy();
  return numPages;
}

async function text() {
  const extractor = createTextExtractor({ logger });
  const file = { path, contentType: 'application/pdf' };
  const { pages } = await extractor.extract(file, new AbortController().signal, () => undefined);
  await extractor.close();
  return pages;
}

async function whole(): Promise<number> {
  const database = openDatabase({ url, poolSize: 1, slowQueryMs: 60_000, logger });
  await migrate(database);
  const { db, engine } = database;
  const file = { id: newId(), user_id: newId() };
  // A database that was filled in a round before has a person of that address.
  await db
    .insertInto('users')
    .values({ ...userRow(file.user_id), email: `${file.user_id}@example.org` })
    .execute();
  await db.insertInto('files').values(fileRow(file)).execute();
  const knowledge = createKnowledgeService({ db, engine, index: (on) => createTermIndex(on, engine) });
  const pages = await text();
  await knowledge.replace(file, pages);
  await database.close();
  return pages.length;
}

const pages = how === 'bare' ? await bare() : how === 'text' ? (await text()).length : await whole();
const { user, system } = process.cpuUsage();
const memory = process.resourceUsage().maxRSS / 1_024;
process.stdout.write(JSON.stringify({ pages, cpu: (user + system) / 1_000, memory } satisfies Reading));

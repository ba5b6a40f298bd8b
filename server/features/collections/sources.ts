import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import type { Kysely } from 'kysely';
import { MAX_SOURCES, type CollectionSource, type Refresh, type SourceBody } from '../../../shared/api/collections.ts';
import { isUniqueViolation } from '../../db/dialect.ts';
import type { DB } from '../../db/schema.ts';
import type { CollectionSources } from '../../db/collection-tables.ts';
import type { Actor } from '../../http-kit/actor.ts';
import { days, type Clock } from '../../lib/clock.ts';
import { AppError } from '../../lib/errors.ts';
import { newId } from '../../lib/ids.ts';
import type { Logger } from '../../lib/logger.ts';
import type { JobContext, JobQueue } from '../../platform/jobs/driver.ts';
import type { FileService } from '../files/service.ts';
import type { WebPages } from '../web/pages.ts';
import { presentSource } from './present.ts';
import { createCollectionRepository, type SourceRow } from './repository.ts';
import type { CollectionService } from './service.ts';

type Deps = {
  db: Kysely<DB>;
  collections: Pick<CollectionService, 'authorized'>;
  files: Pick<FileService, 'owned' | 'upload' | 'remove'>;
  web: Pick<WebPages, 'checkAddress' | 'fetchIfChanged'>;
  jobs: Pick<JobQueue, 'enqueue'>;
  logger: Logger;
  now: Clock;
};
type Who = Pick<Actor, 'userId'>;

export type SourceService = ReturnType<typeof createSourceService>;

/** How long a page stands before it is fetched again. */
const intervals: Record<Exclude<Refresh, 'off'>, number> = { daily: days(1), weekly: days(7) };
/** Sources begun at one time: a few thousand that are due together do not all go out at once. */
const begunAtOnce = 200;

const hashOf = (bytes: string | Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** What is in a collection: files of those who may write to it, and web pages, which are fetched and kept as files. */
export function createSourceService({ db, collections, files, web, jobs, logger, now }: Deps) {
  const repository = createCollectionRepository(db);

  const enqueue = (id: string): Promise<void> =>
    jobs.enqueue('collection.fetch', { source_id: id }, { dedupeKey: `collection.fetch:${id}` });

  const nextAt = (refresh: Refresh): number | null => (refresh === 'off' ? null : now() + intervals[refresh]);

  const newSource = (collectionId: string, userId: string, what: Pick<CollectionSources, 'title' | 'state'>) => ({
    id: newId(),
    collection_id: collectionId,
    added_by: userId,
    file_id: null,
    url: null,
    url_hash: null,
    state_detail: null,
    fetched_at: null,
    refresh: 'off' as const,
    due_at: null,
    etag: null,
    last_modified: null,
    created_at: now(),
    updated_at: now(),
    ...what,
  });

  async function addFile(collectionId: string, userId: string, fileId: string): Promise<void> {
    const [file] = await files.owned(userId, [fileId]);
    if (!file) throw new AppError('FILE_NOT_FOUND');
    const title = file.filename;
    await keep({ ...newSource(collectionId, userId, { title, state: 'ready' }), file_id: fileId });
  }

  /** An address that is there already is fetched anew, and read anew where it has changed. */
  async function addUrl(collectionId: string, userId: string, address: string): Promise<string> {
    const url = (await web.checkAddress(address)).href;
    const url_hash = hashOf(url);
    const title = url.slice(0, 500);
    await keep({ ...newSource(collectionId, userId, { title, state: 'fetching' }), url, url_hash });
    const row = await repository.source(collectionId, { url_hash });
    if (row) {
      await repository.changeSource(row.id, { state: 'fetching', state_detail: null, updated_at: now() });
      await enqueue(row.id);
    }
    return url_hash;
  }

  /** Silent about what is there already. */
  async function keep(row: CollectionSources): Promise<void> {
    try {
      await repository.addSource(row);
    } catch (error) {
      if (!isUniqueViolation(error)) throw error;
    }
  }

  /** The page as a file of whoever added it, in the place of the one that was there before. */
  async function store(row: CollectionSources, url: string, context: JobContext): Promise<void> {
    const before = row.file_id === null ? undefined : (await files.owned(row.added_by, [row.file_id]))[0];
    const version = before ? { etag: row.etag, lastModified: row.last_modified } : {};
    const page = await web.fetchIfChanged(url, version, context.signal);
    const fine = { state: 'ready', state_detail: null, fetched_at: now() } as const;
    if (page === null) {
      await repository.changeSource(row.id, { ...fine, updated_at: now() });
      return;
    }
    const { etag, lastModified } = page;
    const known = { ...fine, title: page.title.slice(0, 500), etag, last_modified: lastModified };
    if (before?.sha256 === hashOf(page.body)) {
      await repository.changeSource(row.id, { ...known, updated_at: now() });
      return;
    }
    const file = await files.upload({ userId: row.added_by }, oneFile(page.filename, page.body));
    const kept = await repository.changeSource(row.id, { ...known, file_id: file.id, updated_at: now() });
    const outdated = kept ? before?.id : file.id;
    if (outdated) await files.remove({ userId: row.added_by }, outdated);
  }

  return {
    async list(who: Who, collectionId: string): Promise<CollectionSource[]> {
      await collections.authorized(who, collectionId, 'read');
      return (await repository.sources(collectionId)).map(presentSource);
    },

    /** FILE_NOT_FOUND for a file that is not one's own, URL_BLOCKED for an address that may not be reached. */
    async add(who: Who, collectionId: string, body: SourceBody): Promise<CollectionSource> {
      await collections.authorized(who, collectionId, 'write');
      if ((await repository.sources(collectionId)).length >= MAX_SOURCES)
        throw new AppError('CONFLICT', { message: `A collection holds no more than ${MAX_SOURCES} sources.` });
      let added: SourceRow | undefined;
      if (body.file_id !== undefined) {
        await addFile(collectionId, who.userId, body.file_id);
        added = await repository.source(collectionId, { file_id: body.file_id });
      } else {
        const url_hash = await addUrl(collectionId, who.userId, body.url ?? '');
        added = await repository.source(collectionId, { url_hash });
      }
      if (!added) throw new AppError('NOT_FOUND', { message: 'The source has been taken out again.' });
      return presentSource(added);
    },

    /** What was fetched for it goes at once, with all that was read from it. Silent about a source that is not there. */
    async remove(who: Who, collectionId: string, { file_id, url }: SourceBody): Promise<void> {
      await collections.authorized(who, collectionId, 'write');
      const by = file_id === undefined ? { url_hash: hashOf(URL.parse(url ?? '')?.href ?? '') } : { file_id };
      const row = await repository.source(collectionId, by);
      if (!row) return;
      await repository.removeSource(row.id);
      if (row.url !== null && row.file_id !== null) await files.remove({ userId: row.added_by }, row.file_id);
    },

    /** The job `collection.fetch`. What goes wrong stands at the source; what was read before is kept. */
    async fetch(sourceId: string, context: JobContext): Promise<void> {
      const row = await repository.findSource(sourceId);
      if (!row?.url || row.state !== 'fetching') return;
      try {
        await store(row, row.url, context);
      } catch (error) {
        if (context.signal.aborted) throw error;
        if (!(error instanceof AppError)) logger.error({ err: error }, 'a page could not be fetched');
        const why = error instanceof AppError ? error.message : 'Something went wrong here. Add the address again.';
        await repository.changeSource(row.id, { state: 'failed', state_detail: why, updated_at: now() });
      }
    },

    /** How often an address of the collection is fetched again by itself. */
    async schedule(who: Who, collectionId: string, { url, refresh }: { url: string; refresh: Refresh }) {
      await collections.authorized(who, collectionId, 'write');
      const by = { url_hash: hashOf(URL.parse(url)?.href ?? '') };
      const row = await repository.source(collectionId, by);
      if (!row) throw new AppError('NOT_FOUND', { message: 'This address is not in the collection.' });
      await repository.changeSource(row.id, { refresh, due_at: nextAt(refresh), updated_at: now() });
      const changed = await repository.source(collectionId, by);
      return presentSource(changed ?? row);
    },

    /** The job `collection.refresh`: begins to fetch what is due. */
    async refreshDue(): Promise<void> {
      for (const { id, refresh } of await repository.due(now(), begunAtOnce)) {
        await repository.changeSource(id, {
          state: 'fetching',
          state_detail: null,
          due_at: nextAt(refresh),
          updated_at: now(),
        });
        await enqueue(id);
      }
    },

    /** Picks up what a crash left unfetched. */
    async start(): Promise<void> {
      for (const id of await repository.unfetched()) await enqueue(id);
    },
  };
}

async function* oneFile(filename: string, body: Buffer) {
  yield { field: 'file', filename, stream: Readable.from([body], { objectMode: false }) };
}

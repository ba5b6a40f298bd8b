import type { Readable } from 'node:stream';
import type { Kysely } from 'kysely';
import type { AccountExport } from '../../../shared/api/account-export.ts';
import type { Engine } from '../../db/dialect.ts';
import type { DB } from '../../db/schema.ts';
import type { Actor } from '../../http-kit/actor.ts';
import { days, toIso, type Clock } from '../../lib/clock.ts';
import { AppError } from '../../lib/errors.ts';
import { newId } from '../../lib/ids.ts';
import type { EventBus } from '../../platform/events/driver.ts';
import type { JobContext, JobQueue } from '../../platform/jobs/driver.ts';
import type { ObjectStore } from '../../platform/storage/driver.ts';
import type { AuditService } from '../audit/service.ts';
import { createArchive } from './archive.ts';
import { createBelongingsRepository } from './belongings-repository.ts';
import { createBelongings } from './belongings.ts';
import { writeContents, type Sources } from './contents.ts';
import { createExportRepository, type ExportRow } from './repository.ts';

type Proof = { password?: string | undefined; code?: string | undefined };
type Who = Pick<Actor, 'userId'>;

type Deps = Pick<Sources, 'conversations' | 'files'> & {
  db: Kysely<DB>;
  engine: Engine;
  store: ObjectStore;
  jobs: Pick<JobQueue, 'enqueue'>;
  /** Refuses who cannot show again that it is them. */
  confirm(userId: string, proof: Proof): Promise<void>;
  audit: Pick<AuditService, 'record'>;
  events: Pick<EventBus, 'publish'>;
  now: Clock;
};

/** How long a file is kept. */
const KEPT_DAYS = 1;
/** How far it is, is stored this often at most, in ms. */
const TOLD_MS = 500;

const nothing: AccountExport = { status: 'none', progress: 0, size: null, created_at: null, expires_at: null };
/** Under what goes with its owner, and is no upload. */
const keyOf = ({ user_id, id }: Pick<ExportRow, 'user_id' | 'id'>): string => `${user_id}/account-${id}.zip`;

export type AccountExportService = ReturnType<typeof createAccountExport>;

/** One's whole account as a file: made by a job, kept for a day, given to nobody else. */
export function createAccountExport(deps: Deps) {
  const { db, engine, store, jobs, confirm, audit, events, now } = deps;
  const repository = createExportRepository(db, engine);
  const things = createBelongingsRepository(db);
  const sources: Sources = { ...deps, belongings: createBelongings(db) };

  /** What has run out is not there, also before it is swept away. */
  async function current(userId: string): Promise<ExportRow | undefined> {
    const row = await repository.find(userId);
    return row && (row.expires_at ?? Infinity) > now() ? row : undefined;
  }

  const present = (row: ExportRow | undefined): AccountExport =>
    row
      ? {
          status: row.status,
          progress: row.progress,
          size: row.size === null ? null : Number(row.size),
          created_at: toIso(Number(row.created_at)),
          expires_at: row.expires_at === null ? null : toIso(Number(row.expires_at)),
        }
      : nothing;

  async function discard(row: ExportRow): Promise<void> {
    await repository.remove(row.user_id);
    await store.delete(keyOf(row));
  }

  const writeDown = (action: 'begun' | 'made' | 'fetched' | 'cancelled', actorId: string): Promise<void> =>
    audit.record({ action: `account.export_${action}`, actorId, target: { kind: 'user', id: actorId } });

  return {
    state: async ({ userId }: Who): Promise<AccountExport> => present(await current(userId)),

    /** Begins to make the file, in the place of one that was made before. What runs already goes on. */
    async begin({ userId }: Who, proof: Proof): Promise<AccountExport> {
      await confirm(userId, proof);
      const before = await repository.find(userId);
      if (before?.status === 'queued' || before?.status === 'running') return present(before);
      if (before) await discard(before);
      const row: ExportRow = {
        user_id: userId,
        id: newId(),
        status: 'queued',
        progress: 0,
        size: null,
        created_at: now(),
        expires_at: null,
      };
      await repository.begin(row);
      await jobs.enqueue('account.export', { user_id: userId, id: row.id });
      await writeDown('begun', userId);
      return present(row);
    },

    /** Ends the making, or deletes what was made. Silent where there is nothing. */
    async cancel({ userId }: Who): Promise<void> {
      const row = await repository.find(userId);
      if (!row) return;
      await discard(row);
      await writeDown('cancelled', userId);
    },

    /** The file. NOT_FOUND where there is none, CONFLICT while it is being made. */
    async content({ userId }: Who): Promise<{ size: number; open(): Promise<Readable> }> {
      const row = await current(userId);
      if (!row) throw new AppError('NOT_FOUND', { message: 'There is no export. Begin one first.' });
      if (row.status !== 'ready') throw new AppError('CONFLICT', { message: 'The export is not ready yet.' });
      await writeDown('fetched', userId);
      return { size: Number(row.size), open: () => store.get(keyOf(row)) };
    },

    /** The job `account.export`: may run again from its beginning. */
    async make({ user_id, id }: Pick<ExportRow, 'user_id' | 'id'>, context: JobContext): Promise<void> {
      const row = { user_id, id };
      if (!(await repository.change(row, { status: 'running', progress: 0 }))) return;
      const archive = await createArchive(context.signal);
      const total = (await things.count('conversations', user_id)) + (await things.count('files', user_id)) + 1;
      let [done, told, cancelled] = [0, now(), false];
      async function tell(): Promise<void> {
        done += 1;
        if (now() - told < TOLD_MS) return;
        told = now();
        cancelled = !(await repository.change(row, { status: 'running', progress: Math.min(done / total, 0.99) }));
        if (cancelled) throw new Error('The export was cancelled.');
      }
      try {
        const [{ size }] = await Promise.all([
          store.put(keyOf(row), archive.output, { maxBytes: Number.MAX_SAFE_INTEGER }),
          writeContents(archive, sources, { userId: user_id }, tell).catch((error: unknown) => {
            archive.stop(error);
            throw error;
          }),
        ]);
        const expires_at = now() + days(KEPT_DAYS);
        const kept = await repository.change(row, { status: 'ready', progress: 1, size, expires_at });
        if (kept) {
          await writeDown('made', user_id);
          events.publish('account_export.ended', { user_id, export_id: id, status: 'ready' });
        } else await store.delete(keyOf(row));
      } catch (error) {
        if (cancelled) return;
        if (context.lastAttempt && (await repository.change(row, { status: 'failed' })))
          events.publish('account_export.ended', { user_id, export_id: id, status: 'failed' });
        throw error;
      }
    },

    /** The job `account.sweep`: what has run out goes. */
    async sweep(): Promise<void> {
      for (const row of await repository.expired(now())) await discard(row);
    },
  };
}

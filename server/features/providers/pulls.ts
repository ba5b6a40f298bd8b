import type { Kysely } from 'kysely';
import type { InstalledModel, Pull, RunningModel } from '../../../shared/api/providers.ts';
import type { DB, ModelPulls } from '../../db/schema.ts';
import { days, seconds, toIso, type Clock } from '../../lib/clock.ts';
import { AppError } from '../../lib/errors.ts';
import { newId } from '../../lib/ids.ts';
import type { JobContext, JobQueue } from '../../platform/jobs/driver.ts';
import type { ModelManagement, PullProgress } from '../../platform/llm/driver.ts';
import type { AuditService } from '../audit/service.ts';
import type { ModelService } from '../models/service.ts';
import { createPullRepository } from './pull-repository.ts';

type Deps = {
  db: Kysely<DB>;
  models: ModelService;
  jobs: Pick<JobQueue, 'enqueue'>;
  audit: Pick<AuditService, 'record'>;
  now: Clock;
  /** How often progress is stored, and a cancel is looked for. */
  beatMs?: number;
};

const BEAT_MS = seconds(1);
const ASK_MS = seconds(15);
const KEPT_MS = days(7);
const FIRST_LISTING_MS = seconds(5);

const present = (row: ModelPulls): Pull => ({
  id: row.id,
  provider: row.provider_id,
  model: row.model,
  state: row.state,
  status: row.status,
  completed: row.completed,
  total: row.total,
  error: row.error,
  created_at: toIso(row.created_at),
  finished_at: row.finished_at === null ? null : toIso(row.finished_at),
});

export type PullService = ReturnType<typeof createPullService>;

/** The models on the disk of a server that lets them be managed: what is there, what runs, loading and deleting. */
export function createPullService({ db, models, jobs, audit, now, beatMs = BEAT_MS }: Deps) {
  const repository = createPullRepository(db);

  /** NOT_FOUND where there is no such provider, or nothing to manage. */
  async function managed(id: string): Promise<ModelManagement> {
    const entry = (await models.slots()).find(({ plan }) => plan.id === id)?.current;
    const manage = entry?.provider.manage;
    if (!manage)
      throw new AppError('NOT_FOUND', {
        message: 'There is no such provider, or its models are not managed from here.',
      });
    return manage;
  }

  const target = (providerId: string, model: string) => ({
    kind: 'model',
    id: `${providerId}/${model}`.slice(0, 190),
    name: model,
  });

  async function owned(providerId: string, pullId: string): Promise<ModelPulls | undefined> {
    const row = await repository.find(pullId);
    return row?.provider_id === providerId ? row : undefined;
  }

  /** Loads, and stores how far it is; ends early where the pull was cancelled meanwhile. */
  async function follow(row: ModelPulls, manage: ModelManagement, context: JobContext): Promise<boolean> {
    const stop = new AbortController();
    const signal = AbortSignal.any([context.signal, stop.signal]);
    let latest: PullProgress = { status: row.status };
    let cancelled = false;
    const beat = async (): Promise<void> => {
      const { status, completed = null, total = null } = latest;
      const changes = { state: 'running', status: status.slice(0, 500), completed, total, updated_at: now() } as const;
      cancelled ||= !(await repository.update(row.id, changes));
      if (cancelled) stop.abort();
    };
    let beating: Promise<void> | undefined;
    // A cancel is seen also while the server says nothing.
    const timer = setInterval(() => {
      beating ??= beat()
        // The database is away for a moment: the next beat tries again.
        .catch(() => undefined)
        .finally(() => {
          beating = undefined;
        });
    }, beatMs);
    try {
      await beat();
      for await (const progress of manage.pull(row.model, signal)) {
        latest = progress;
        if (progress.total) context.progress((progress.completed ?? 0) / progress.total);
      }
    } catch (error) {
      if (!cancelled) throw error;
    } finally {
      clearInterval(timer);
      await beating;
    }
    return !cancelled;
  }

  return {
    async list(providerId: string, { limit, cursor }: { limit: number; cursor?: string | undefined }) {
      await managed(providerId);
      const rows = await repository.list(providerId, { limit: limit + 1, before: cursor });
      const items = rows.slice(0, limit);
      return { items: items.map(present), next_cursor: rows.length > limit ? (items.at(-1)?.id ?? null) : null };
    },

    /** Begins to load a model in the background; what is loading already goes on. */
    async begin(providerId: string, model: string): Promise<Pull> {
      await managed(providerId);
      const running = await repository.openOne(providerId, model);
      if (running) return present(running);
      await repository.forget(now() - KEPT_MS);
      const at = now();
      const row: ModelPulls = {
        id: newId(),
        provider_id: providerId,
        model,
        state: 'queued',
        status: '',
        completed: null,
        total: null,
        error: null,
        created_at: at,
        updated_at: at,
        finished_at: null,
      };
      await repository.insert(row);
      await jobs.enqueue('model.pull', { pull_id: row.id }, { queue: 'models' });
      await audit.record({ action: 'model.pulled', target: target(providerId, model) });
      return present(row);
    },

    /** What was loaded so far stays with the server, which goes on from there the next time. */
    async cancel(providerId: string, pullId: string): Promise<void> {
      const row = await owned(providerId, pullId);
      if (row) await repository.update(row.id, { state: 'cancelled', updated_at: now(), finished_at: now() });
    },

    /** Runs a pull that was begun. Safe to run again: the server goes on where it was. */
    async run(pullId: string, context: JobContext): Promise<void> {
      const row = await repository.find(pullId);
      if (!row || row.finished_at !== null) return;
      try {
        const whole = await follow(row, await managed(row.provider_id), context);
        if (!whole) return;
        await models.lookAt(row.provider_id, FIRST_LISTING_MS);
        await repository.update(pullId, { state: 'done', status: 'success', updated_at: now(), finished_at: now() });
      } catch (error) {
        if (context.signal.aborted) throw error;
        const passes =
          error instanceof AppError && (error.code === 'PROVIDER_UNREACHABLE' || error.code === 'PROVIDER_TIMEOUT');
        if (passes && !context.lastAttempt) throw error;
        const text =
          error instanceof AppError
            ? [error.message, error.detail].filter(Boolean).join(' ')
            : 'The model could not be loaded.';
        await repository.update(pullId, {
          state: 'failed',
          error: text.slice(0, 500),
          updated_at: now(),
          finished_at: now(),
        });
      }
    },

    async show(providerId: string, model: string): Promise<InstalledModel> {
      return (await managed(providerId)).show(model, AbortSignal.timeout(ASK_MS));
    },

    async running(providerId: string): Promise<RunningModel[]> {
      const items = await (await managed(providerId)).running(AbortSignal.timeout(ASK_MS));
      return items.map(({ expires_at, ...model }) => ({
        ...model,
        expires_at: expires_at === undefined ? null : toIso(expires_at),
      }));
    },

    /** Deletes a model from the server's disk; silent where it is not there. */
    async remove(providerId: string, model: string): Promise<void> {
      const manage = await managed(providerId);
      try {
        await manage.remove(model, AbortSignal.timeout(ASK_MS));
      } catch (error) {
        if (error instanceof AppError && error.code === 'MODEL_NOT_FOUND') return;
        throw error;
      }
      await audit.record({ action: 'model.deleted', target: target(providerId, model) });
      await models.lookAt(providerId, FIRST_LISTING_MS);
    },
  };
}

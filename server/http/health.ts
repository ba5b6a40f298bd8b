import { statfs } from 'node:fs/promises';
import type { ComponentHealth, Health } from '../../shared/api/system.ts';
import type { Clock } from '../lib/clock.ts';

type Check = () => Promise<ComponentHealth>;

/** Below this much free space uploads and backups are about to fail. */
const LOW_SPACE_BYTES = 200 * 1024 * 1024;
/** So that a balancer's or a stranger's polling costs nothing. */
const KEEP_MS = 2_000;
const CHECK_TIMEOUT_MS = 3_000;

export type HealthDeps = {
  version: string;
  dataDir: string;
  pingDatabase: () => Promise<unknown>;
  checkStore: () => Promise<void>;
  /** Null where there is no Redis to ask. */
  pingRedis: (() => Promise<void>) | null;
  /** Whether at least one provider can answer, and a sentence about the others. */
  providers: () => ComponentHealth;
  now: Clock;
};

/** Health of each part; never throws, and asks each part at most every 2 s. */
export function createHealth(deps: HealthDeps): () => Promise<Health> {
  const checks: Record<'database' | 'object_store' | 'filesystem', Check> = {
    database: () => answer(deps.pingDatabase(), 'The database does not answer.'),
    object_store: () => answer(deps.checkStore(), 'Files cannot be stored.'),
    filesystem: () => freeSpace(deps.dataDir),
  };
  let last: { at: number; health: Promise<Health> } | null = null;

  const look = async (): Promise<Health> => {
    const [database, object_store, filesystem, redis] = await Promise.all([
      checks.database(),
      checks.object_store(),
      checks.filesystem(),
      deps.pingRedis && answer(deps.pingRedis(), 'Redis does not answer; each process goes on by itself.'),
    ]);
    const components = { database, object_store, ...(redis && { redis }), providers: deps.providers(), filesystem };
    const ok = Object.values(components).every(({ status }) => status === 'ok');
    return { status: ok ? 'ok' : 'degraded', version: deps.version, components };
  };

  return () => {
    if (!last || deps.now() - last.at > KEEP_MS) last = { at: deps.now(), health: look() };
    return last.health;
  };
}

async function answer(work: Promise<unknown>, detail: string): Promise<ComponentHealth> {
  const { promise: late, resolve } = Promise.withResolvers<ComponentHealth>();
  const timer = setTimeout(() => resolve({ status: 'down', detail }), CHECK_TIMEOUT_MS);
  const result = work.then(
    (): ComponentHealth => ({ status: 'ok' }),
    (): ComponentHealth => ({ status: 'down', detail }),
  );
  return Promise.race([result, late]).finally(() => clearTimeout(timer));
}

async function freeSpace(dir: string): Promise<ComponentHealth> {
  try {
    const { bavail, bsize } = await statfs(dir);
    return bavail * bsize > LOW_SPACE_BYTES ? { status: 'ok' } : { status: 'down', detail: 'The disk is nearly full.' };
  } catch {
    return { status: 'down', detail: 'The data folder cannot be read.' };
  }
}

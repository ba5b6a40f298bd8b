import { existsSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { join } from 'node:path';
import type { Config } from '../config.ts';
import { describeDatabase } from '../config/database-url.ts';
import { openDatabase } from '../db/database.ts';
import { migrationStatus } from '../db/migrate.ts';
import { createLogger } from '../lib/logger.ts';
import { root } from '../lib/root.ts';
import { redisFinding } from './doctor-redis.ts';
import { explainFailure } from './failures.ts';

export type Finding = { ok: boolean; what: string; found: string };

const PROBE_MS = 1_500;
const LOW_DISK_BYTES = 500 * 2 ** 20;

/** Looks at what the server needs and can use here, and says what it finds. 1 when something that it needs is missing. */
export async function doctor(config: Config): Promise<number> {
  const redis = await redisFinding(config);
  const findings = [
    { ok: true, what: 'Carrel', found: `${config.version}, ${config.env}` },
    { ok: true, what: 'Node', found: `${process.version} on ${process.platform} ${process.arch}` },
    page(),
    await data(config),
    await database(config),
    ...(redis ? [redis] : []),
  ];
  const optional = [
    ...(redis ? [] : [{ ok: false, what: 'Redis', found: 'not set: only several processes need it' }]),
    ...(await modelServers(config)),
  ];
  for (const { ok, what, found } of findings)
    process.stdout.write(`${ok ? 'ok  ' : 'FAIL'}  ${what.padEnd(10)} ${found}\n`);
  for (const { ok, what, found } of optional)
    process.stdout.write(`${ok ? 'ok  ' : '-   '}  ${what.padEnd(10)} ${found}\n`);
  return findings.every(({ ok }) => ok) ? 0 : 1;
}

function page(): Finding {
  const built = existsSync(join(root, 'web', 'dist', 'index.html'));
  return { ok: built, what: 'Page', found: built ? 'built' : 'not built: run ./start.sh, or npm run build' };
}

/** That it can be written to was seen when the configuration was read. */
async function data({ dataDir }: Config): Promise<Finding> {
  const { bavail, bsize } = await statfs(dataDir);
  const free = bavail * bsize;
  return { ok: free > LOW_DISK_BYTES, what: 'Data', found: `${dataDir}, ${(free / 2 ** 30).toFixed(1)} GB free` };
}

async function database(config: Config): Promise<Finding> {
  const where = describeDatabase(config.database.url);
  // Looking must not make a file.
  if (config.database.url.startsWith('sqlite:') && !existsSync(where))
    return { ok: true, what: 'Database', found: `${where}, made on first start` };
  try {
    const logger = createLogger({ level: 'silent', json: true });
    const opened = openDatabase({ url: config.database.url, poolSize: 1, slowQueryMs: 60_000, logger });
    try {
      const pending = (await migrationStatus(opened)).filter(({ appliedAt }) => appliedAt === undefined).length;
      return {
        ok: true,
        what: 'Database',
        found: `${where}, ${pending === 0 ? 'up to date' : `${pending} steps to apply at the next start`}`,
      };
    } finally {
      await opened.close();
    }
  } catch (error) {
    return { ok: false, what: 'Database', found: explainFailure(error, config) ?? String(error) };
  }
}

async function modelServers({ providers }: Config): Promise<Finding[]> {
  const local = [
    { what: 'Ollama', url: providers.ollamaUrl ?? 'http://localhost:11434', path: '/api/version' },
    { what: 'LM Studio', url: providers.lmstudioUrl ?? 'http://localhost:1234', path: '/v1/models' },
  ];
  const remote = [
    { what: 'OpenAI', given: providers.openai.apiKey ?? providers.openai.baseUrl },
    { what: 'Anthropic', given: providers.anthropic.apiKey ?? providers.anthropic.baseUrl },
  ];
  return [
    ...(await Promise.all(local.map(probe))),
    ...remote.map(({ what, given }) => ({
      ok: given !== undefined,
      what,
      found: given === undefined ? 'not set' : 'set (not asked)',
    })),
    { ok: true, what: 'Librarian', found: 'built in, needs no model' },
  ];
}

async function probe({ what, url, path }: { what: string; url: string; path: string }): Promise<Finding> {
  try {
    const { ok, status } = await fetch(`${url}${path}`, { signal: AbortSignal.timeout(PROBE_MS), redirect: 'error' });
    return { ok, what, found: ok ? `answers at ${url}` : `${url} answers with ${status}` };
  } catch {
    return { ok: false, what, found: `nothing at ${url}` };
  }
}

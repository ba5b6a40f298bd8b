import type { Config } from '../config.ts';
import type { Finding } from './doctor.ts';

const OLDEST = [6, 2] as const;

/** Whether the configured Redis answers, is new enough, and keeps what it is given; null where none is configured. */
export async function redisFinding({ redis, secrets }: Pick<Config, 'redis' | 'secrets'>): Promise<Finding | null> {
  if (redis === null) return null;
  // Never the whole address: there is a password in it.
  const { host } = new URL(redis.url);
  const what = 'Redis';
  const { connectRedis } = await import('../platform/redis/connection.ts');
  let reason = 'no answer';
  const logger = {
    info: () => undefined,
    warn: (told: { reason?: string }) => void (reason = told.reason ?? reason),
  };
  const connection = await connectRedis({ url: redis.url, secretKey: secrets.secretKey, logger });
  try {
    await connection.ping();
    const told = await connection.run((client) => client.info()).catch(() => '');
    return { what, ...judged(host, factsOf(told)) };
  } catch (error) {
    const said = reason === 'no answer' && error instanceof Error ? error.message : reason;
    return { ok: false, what, found: `${host} does not answer (${said}); each process goes on by itself` };
  } finally {
    connection.close();
  }
}

const factsOf = (info: string): Map<string, string> =>
  new Map(Array.from(info.matchAll(/^(\w+):(.*?)\r?$/gm), ([, name = '', value = '']) => [name, value]));

function judged(host: string, facts: ReadonlyMap<string, string>): Omit<Finding, 'what'> {
  const version = facts.get('redis_version');
  if (version === undefined) return { ok: true, found: `answers at ${host}, does not tell its version` };
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [oldMajor, oldMinor] = OLDEST;
  if (major < oldMajor || (major === oldMajor && minor < oldMinor))
    return { ok: false, found: `${version} at ${host} is too old: ${OLDEST.join('.')} or newer is needed` };
  const policy = facts.get('maxmemory_policy') ?? 'noeviction';
  const drops = policy !== 'noeviction' && facts.get('maxmemory') !== '0';
  const hint = `; it forgets counts of limits when its memory is full (${policy}): set maxmemory-policy to noeviction`;
  return { ok: true, found: `${version} answers at ${host}${drops ? hint : ''}` };
}

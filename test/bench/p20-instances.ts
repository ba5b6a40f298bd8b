import { startPostgres, startRedis } from '../servers.ts';
import { firstAdmin, startCarrel, startPeer, withProvider, type Server } from './carrel.ts';
import type { Machine } from './machine.ts';
import type { Options } from './options.ts';
import { cpuMicros } from './p3-load.ts';
import { temporaryFolder } from './processes.ts';
import { skipped, type Row } from './report.ts';

const TIMES = 1.8;
const CLIENTS = 16;

/**
 * Two instances over one PostgreSQL and one Redis beside one instance over the same. A core each for two instances, the databases, the
 * provider and the load are more than most machines have, so what is compared is the processor time that a stream costs the
 * instances: it says how many streams two cores write if one core writes as many as it can.
 */
export async function twoInstances(machine: Machine, options: Options): Promise<Row[]> {
  if (process.platform !== 'linux') return [skipped('P20', 'two instances', 'read from /proc, on Linux alone')];
  const [postgres, redis] = [await startPostgres(), await startRedis()];
  try {
    if (!postgres || !redis) return [skipped('P20', 'two instances', 'needs PostgreSQL and Redis')];
    await using folder = await temporaryFolder();
    await using provider = await startPeer(machine, 'provider', 'anywhere');
    const env = {
      ...withProvider(provider),
      // Tokens of one hold at the other.
      PUBLIC_URL: 'http://localhost',
      DATABASE_URL: postgres.url,
      REDIS_URL: redis.url,
      LOG_LEVEL: 'error',
    };
    await using first = await startCarrel(machine, { dataDir: folder.path, env, place: 'anywhere' });
    const token = await firstAdmin(first.url);
    await using second = await startCarrel(machine, { dataDir: folder.path, env, place: 'anywhere' });
    const streams = options.quick ? 200 : 1_000;
    const rounds: { one: number; two: number }[] = [];
    await cost([first, second], token, streams / 4);
    for (let round = 0; round < options.rounds; round += 1)
      rounds.push({ one: await cost([first], token, streams), two: await cost([first, second], token, streams) });
    return [
      {
        id: 'P20',
        what: 'streams of two instances, of those of one, by the processor time that one costs',
        unit: '×',
        rounds: rounds.map(({ one, two }) => (2 * one) / two),
        atLeast: TIMES,
      },
      { id: 'P20', what: '  a stream at one instance', unit: 'ms', rounds: rounds.map(({ one }) => one / 1_000) },
      { id: 'P20', what: '  a stream at two', unit: 'ms', rounds: rounds.map(({ two }) => two / 1_000) },
    ];
  } finally {
    await postgres?.stop();
    await redis?.stop();
  }
}

/** Microseconds of processor time of all servers together, for a stream that is read to its end. */
async function cost(servers: Server[], token: string, streams: number): Promise<number> {
  const spent = (): number => servers.reduce((sum, { pid }) => sum + cpuMicros(pid), 0);
  const before = spent();
  let left = streams;
  const client = async (at: number): Promise<void> => {
    const { url } = servers[at % servers.length] ?? { url: '' };
    while ((left -= 1) >= 0) {
      const answer = await fetch(`${url}/api/chat/stream`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
        body: JSON.stringify({ content: 'stream' }),
      });
      const text = await answer.text();
      if (!text.includes('event: done')) throw new Error(`A stream did not end well: ${text.slice(-300)}`);
    }
  };
  await Promise.all(Array.from({ length: CLIENTS }, (_, at) => client(at)));
  return (spent() - before) / streams;
}

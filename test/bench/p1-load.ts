import { text } from 'node:stream/consumers';
import { Pool } from 'undici';

/** The measuring side of P1, a process of its own: takes a job from standard input, answers with requests per second. */

export type Target = { name: string; url: string; headers: Record<string, string>; body: string };
export type Job = { targets: Target[]; clients: number; rounds: number; roundMs: number; warmUpMs: number };
/** Requests per second by target, one a round. */
export type Rates = Record<string, number[]>;

/** Clients that ask again as soon as they have their answer, for a while. */
async function drive(pool: Pool, { name, url, headers, body }: Target, clients: number, ms: number): Promise<number> {
  const { pathname } = new URL(url);
  const until = performance.now() + ms;
  const startedAt = performance.now();
  let done = 0;
  const client = async (): Promise<void> => {
    while (performance.now() < until) {
      const answer = await pool.request({
        method: 'POST',
        path: pathname,
        headers: { 'content-type': 'application/json', ...headers },
        body,
      });
      const said = await answer.body.text();
      if (answer.statusCode !== 200) throw new Error(`${name}: ${answer.statusCode} ${said.slice(0, 300)}`);
      done += 1;
    }
  };
  await Promise.all(Array.from({ length: clients }, client));
  return done / ((performance.now() - startedAt) / 1_000);
}

async function measure({ targets, clients, rounds, roundMs, warmUpMs }: Job): Promise<Rates> {
  const driven = targets.map((target) => ({
    target,
    pool: new Pool(new URL(target.url).origin, { connections: clients }),
  }));
  for (const { target, pool } of driven) await drive(pool, target, clients, warmUpMs);
  const rates: Rates = Object.fromEntries(targets.map(({ name }) => [name, []]));
  for (let round = 0; round < rounds; round += 1) {
    // Who begins changes, so that nobody always runs on a warm machine.
    for (let at = 0; at < driven.length; at += 1) {
      const turn = driven[(round + at) % driven.length];
      if (turn) rates[turn.target.name]?.push(await drive(turn.pool, turn.target, clients, roundMs));
    }
  }
  return rates;
}

if (import.meta.main) {
  const rates = await measure(JSON.parse(await text(process.stdin)) as Job);
  process.stdout.write(JSON.stringify(rates), () => process.exit(0));
}

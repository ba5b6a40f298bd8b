import { text } from 'node:stream/consumers';
import SQLite from 'better-sqlite3';
import { Pool } from 'undici';

/**
 * The measuring side of P2, a process of its own: takes a job from standard input, answers with every measurement. One request at a
 * time; in each turn everything that is compared has its turn, and who begins changes.
 */

type Target = {
  name: string;
  url: string;
  headers: Record<string, string>;
  body: string;
  /** What the first token's bytes hold, and nothing before them. */
  mark: string;
};

export type Job = { targets: Target[]; commitFile: string; rounds: number; requests: number; warmUp: number };

/** Milliseconds by what was measured, one list a round, in step with each other. */
export type Measurements = Record<string, number[]>[];

export const commitName = 'commit';

type Probe = { name: string; once: () => Promise<number> };

/** Milliseconds from sending a request over a kept connection to the first token's bytes; the answer is read to its end. */
function firstToken({ name, url, headers, body, mark }: Target): Probe {
  const { origin, pathname } = new URL(url);
  const pool = new Pool(origin, { connections: 1 });
  const once = async (): Promise<number> => {
    const sentAt = performance.now();
    const answer = await pool.request({
      method: 'POST',
      path: pathname,
      headers: { 'content-type': 'application/json', ...headers },
      body,
    });
    if (answer.statusCode !== 200) throw new Error(`${name}: ${answer.statusCode} ${await answer.body.text()}`);
    let took: number | undefined;
    let seen = '';
    for await (const part of answer.body as AsyncIterable<Buffer>) {
      if (took !== undefined) continue;
      seen += part.toString('latin1');
      if (seen.includes(mark)) took = performance.now() - sentAt;
    }
    if (took === undefined) throw new Error(`${name}: no token in ${seen.slice(0, 500)}`);
    return took;
  };
  return { name, once };
}

/** What the disk asks for one durable transaction of the size of a chat's record: nothing durable can be quicker. */
function durableCommit(path: string): Probe {
  const database = new SQLite(path);
  for (const pragma of ['journal_mode = WAL', 'synchronous = FULL']) database.pragma(pragma);
  database.exec('create table if not exists record (id integer primary key, content text not null)');
  const insert = database.prepare('insert into record (content) values (?)');
  const four = database.transaction((content: string) => {
    for (let row = 0; row < 4; row += 1) insert.run(content);
  });
  const content = 'x'.repeat(300);
  const once = (): Promise<number> => {
    const startedAt = performance.now();
    four.immediate(content);
    return Promise.resolve(performance.now() - startedAt);
  };
  return { name: commitName, once };
}

async function measure({ targets, commitFile, rounds, requests, warmUp }: Job): Promise<Measurements> {
  const probes = [...targets.map(firstToken), durableCommit(commitFile)];
  for (let turn = 0; turn < warmUp; turn += 1) for (const probe of probes) await probe.once();
  const result: Measurements = [];
  for (let round = 0; round < rounds; round += 1) {
    const measured: Record<string, number[]> = Object.fromEntries(probes.map(({ name }) => [name, []]));
    for (let turn = 0; turn < requests; turn += 1) {
      for (let at = 0; at < probes.length; at += 1) {
        const probe = probes[(turn + at) % probes.length];
        if (probe) measured[probe.name]?.push(await probe.once());
      }
    }
    result.push(measured);
  }
  return result;
}

if (import.meta.main) {
  const result = await measure(JSON.parse(await text(process.stdin)) as Job);
  process.stdout.write(JSON.stringify(result), () => process.exit(0));
}

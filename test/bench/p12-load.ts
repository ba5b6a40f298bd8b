import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { Pool } from 'undici';

/** The measuring side of P12, a process of its own: takes a job from standard input, answers with one round's measurements. */

export type Job = {
  url: string;
  token: string;
  login: string;
  password: string;
  clients: number;
  seconds: number;
  streams: number;
  turns: number;
};

export type Round = {
  /** Milliseconds for each sign-in of a flood, as the whole of it took. */
  signIn: number;
  /** Milliseconds of single calls. */
  refresh: number[];
  known: number[];
  unknown: number[];
  /** Milliseconds from the provider's writing of an event to its arrival here. */
  calm: number[];
  flooded: number[];
};

const now = (): number => performance.timeOrigin + performance.now();

async function round({ url, token, login, password, clients, seconds, streams, turns }: Job): Promise<Round> {
  const pool = new Pool(url, { connections: 256 });

  async function post(path: string, body: object, headers: Record<string, string> = {}) {
    const startedAt = performance.now();
    const answer = await pool.request({
      method: 'POST',
      path,
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
    await answer.body.dump();
    return { status: answer.statusCode, headers: answer.headers, took: performance.now() - startedAt };
  }
  const signIn = (name: string, secret: string) => post('/api/auth/login', { login: name, password: secret });

  /** Sign-ins by `clients` at once until `until`; how many there were, and for how long. */
  async function flood(until: () => boolean): Promise<{ count: number; took: number }> {
    let count = 0;
    const startedAt = performance.now();
    const one = async (): Promise<void> => {
      while (!until()) {
        const { status } = await signIn(login, password);
        if (status !== 200) throw new Error(`a sign-in was answered ${status}`);
        count += 1;
      }
    };
    await Promise.all(Array.from({ length: clients }, one));
    return { count, took: performance.now() - startedAt };
  }

  /** Delays of the events of one stream, but for those of its beginning. */
  async function follow(): Promise<number[]> {
    const { statusCode, body } = await pool.request({
      method: 'POST',
      path: '/api/chat/stream',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify({ content: `for ${seconds * 1_000}` }),
    });
    if (statusCode !== 200) throw new Error(`a stream was answered ${statusCode} ${await body.text()}`);
    const delays: number[] = [];
    for await (const part of body as AsyncIterable<Buffer>) {
      const at = now();
      for (const [, sentAt] of part.toString('latin1').matchAll(/"text":"([\d. ]+)"/g))
        for (const one of (sentAt ?? '').trim().split(' ')) delays.push(at - Number(one));
    }
    return delays.slice(5);
  }
  const followAll = async (): Promise<number[]> => (await Promise.all(Array.from({ length: streams }, follow))).flat();

  const endsAt = performance.now() + seconds * 1_000;
  const { count, took } = await flood(() => performance.now() >= endsAt);

  const single: Pick<Round, 'refresh' | 'known' | 'unknown'> = { refresh: [], known: [], unknown: [] };
  let cookie = refreshCookie((await signIn(login, password)).headers);
  for (let turn = 0; turn < turns; turn += 1) {
    const answer = await post('/api/auth/refresh', {}, { cookie });
    if (answer.status !== 200) throw new Error(`a refresh was answered ${answer.status}`);
    single.refresh.push(answer.took);
    cookie = refreshCookie(answer.headers);
    const pair = [
      async () => single.known.push((await signIn(login, 'not the right password')).took),
      async () => single.unknown.push((await signIn(`nobody${turn}@example.org`, 'not the right password')).took),
    ];
    for (const one of turn % 2 === 0 ? pair : pair.toReversed()) await one();
  }

  const calm = await followAll();
  await sleep(200);
  let open = true;
  const attack = flood(() => !open);
  const flooded = await followAll();
  open = false;
  await attack;
  await pool.close();
  return { signIn: took / count, ...single, calm, flooded };
}

function refreshCookie(headers: Record<string, string | string[] | undefined>): string {
  const lines = [headers['set-cookie'] ?? []].flat();
  return lines.find((line) => line.includes('refresh'))?.split(';')[0] ?? '';
}

process.stdout.write(JSON.stringify(await round(JSON.parse(await text(process.stdin)) as Job)), () => process.exit(0));

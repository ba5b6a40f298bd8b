import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { residentMb } from './processes.ts';

/**
 * The measuring side of P18, a process of its own: opens idle connections to a server in two steps, says what each of the second step
 * cost the server, and how long something that is told to everybody takes to the last of them.
 */
export type Job = {
  url: string;
  pid: number;
  /** Access tokens of as many people as `perPerson` sockets each need, and of some more who come later. */
  tokens: string[];
  perPerson: number;
  late: string[];
  warmUp: number;
  count: number;
  /** A stream that stays open and says nothing; with whose token. */
  stream: { path: string; token: string };
};

export type Idle = { socketKb: number; streamKb: number; fanOut: number[] };

const SETTLE_MS = 2_000;

type Seen = (name: string, data: { user_id?: string; online?: boolean }) => void;

/** Socket.IO by hand: nothing of a client library stands between the wire and the clock. Resolves when the socket is known. */
function open(url: string, token: string, seen: Seen = () => undefined): Promise<WebSocket> {
  const { promise, resolve, reject } = Promise.withResolvers<WebSocket>();
  const socket = new WebSocket(`${url.replace('http', 'ws')}/ws/socket.io/?EIO=4&transport=websocket`);
  socket.addEventListener('message', ({ data }) => {
    const message = String(data);
    if (message.startsWith('0')) socket.send(`40${JSON.stringify({ token })}`);
    else if (message === '2') socket.send('3');
    else if (message.startsWith('44')) reject(new Error(message));
    else if (message.startsWith('42')) {
      const [name, event] = JSON.parse(message.slice(2)) as [string, object];
      if (name === 'user-count') resolve(socket);
      seen(name, event);
    }
  });
  socket.addEventListener('error', () => reject(new Error('A socket could not be opened.')));
  socket.addEventListener('close', () => reject(new Error('A socket was closed.')));
  return promise;
}

async function inSteps(count: number, work: (at: number) => Promise<unknown>): Promise<void> {
  for (let from = 0; from < count; from += 50)
    await Promise.all(Array.from({ length: Math.min(50, count - from) }, (_, n) => work(from + n)));
}

async function measure({ url, pid, tokens, perPerson, late, warmUp, count, stream }: Job): Promise<Idle> {
  let arrived = (_user: string): void => undefined;
  const hear: Seen = (name, event) => {
    if (name === 'presence' && event.online === true) arrived(event.user_id ?? '');
  };
  const tokenOf = (at: number): string => tokens[Math.floor(at / perPerson)] ?? '';
  /** kB that each of `count` more connections costs, after the first ones have warmed the server up. */
  const costOf = async (connect: (at: number) => Promise<unknown>): Promise<number> => {
    const resident = async (): Promise<number> => {
      await sleep(SETTLE_MS);
      process.kill(pid, 'SIGUSR2');
      await sleep(SETTLE_MS);
      return residentMb(pid);
    };
    await inSteps(warmUp, connect);
    const before = await resident();
    await inSteps(count, (at) => connect(warmUp + at));
    return (((await resident()) - before) * 1_000) / count;
  };

  const socketKb = await costOf((at) => open(url, tokenOf(at), hear));
  const fanOut: number[] = [];
  const all = warmUp + count;
  for (const token of late) {
    const whole = Promise.withResolvers<void>();
    const times: number[] = [];
    arrived = () => {
      times.push(performance.now());
      if (times.length === all) whole.resolve();
    };
    const socket = await open(url, token);
    await whole.promise;
    const first = times[0] ?? 0;
    fanOut.push(...times.map((time) => time - first));
    socket.close();
    await sleep(100);
  }
  const controllers: AbortController[] = [];
  const streamKb = await costOf(async () => {
    const controller = new AbortController();
    controllers.push(controller);
    const answer = await fetch(url + stream.path, {
      headers: { authorization: `Bearer ${stream.token}` },
      signal: controller.signal,
    });
    if (!answer.ok) throw new Error(`A stream was not opened: ${answer.status}`);
  });
  return { socketKb, streamKb, fanOut };
}

if (import.meta.main) {
  const result = await measure(JSON.parse(await text(process.stdin)) as Job);
  process.stdout.write(JSON.stringify(result), () => process.exit(0));
}

import { createHmac } from 'node:crypto';
import { Redis, type RedisOptions } from 'ioredis';
import type { Logger } from '../../lib/logger.ts';

/** What the drivers for Redis stand on. */
export type RedisConnection = {
  /** What every key and channel begins with: two instances that use one Redis do not see each other. */
  readonly prefix: string;
  /** Whether Redis answered when it was last asked. */
  readonly isUp: boolean;
  /** Runs commands. Rejects at once while Redis is away, and within half a second when it does not answer. */
  run<T>(work: (client: Redis) => Promise<T>): Promise<T>;
  /** Hears every message of a channel from now on, also after the connection was lost and is back; not what was said meanwhile. */
  listen(channel: string, hear: (message: string) => void): void;
  /** Asks Redis; rejects when it does not answer. */
  ping(): Promise<void>;
  close(): void;
};

type Deps = { url: string; secretKey: Buffer; logger: Pick<Logger, 'info' | 'warn'>; watchMs?: number };

/** What waits for an answer waits no longer; a request waits for several of them at worst. */
const COMMAND_MS = 500;
const CONNECT_MS = 2_000;
/** A start waits this long for Redis, and goes on without it. */
const FIRST_MS = 1_000;
/** How often both connections are asked whether they live: one that was cut without a word looks open for hours. */
const WATCH_MS = 2_000;
/** Pauses between tries to connect: 50 ms, doubled up to the longest, each a little different. */
const PAUSE_MS = { first: 50, longest: 3_000 };

/** Connects (and goes on trying); resolves when Redis answers, or has not within a second. */
export async function connectRedis({ url, secretKey, logger, watchMs = WATCH_MS }: Deps): Promise<RedisConnection> {
  const options = {
    lazyConnect: true,
    connectionName: 'carrel',
    connectTimeout: CONNECT_MS,
    commandTimeout: COMMAND_MS,
    keepAlive: 10_000,
    // What cannot be done now is done without Redis, and not later.
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    retryStrategy: (times: number) =>
      Math.min(PAUSE_MS.first * 2 ** Math.min(times, 10), PAUSE_MS.longest) * (0.75 + Math.random() / 2),
  } satisfies RedisOptions;
  const commands = new Redis(url, options);
  const hearing = new Redis(url, { ...options, autoResubscribe: false });
  const clients = [commands, hearing];
  const channels = new Map<string, (message: string) => void>();
  let told: 'up' | 'down' | undefined;
  let closed = false;

  const isReady = (): boolean => clients.every(({ status }) => status === 'ready');
  const tell = (reason: string): void => {
    const state = isReady() ? 'up' : 'down';
    if (state === told || closed) return;
    // No more of an error than its text: beside it stands what was sent, passwords too.
    if (state === 'down') logger.warn({ reason }, 'Redis does not answer; this process goes on by itself');
    else if (told === 'down') logger.info({}, 'Redis answers again');
    told = state;
  };
  for (const client of clients) {
    client.on('error', (error: Error) => tell(error.message));
    client.on('close', () => tell('The connection was closed.'));
    client.on('ready', () => isReady() && tell('ready'));
  }
  hearing.on('ready', () => {
    // One that fails is made on the next connection.
    for (const channel of channels.keys()) hearing.subscribe(channel).catch(() => hearing.stream.destroy());
  });
  hearing.on('message', (channel, message) => channels.get(channel)?.(message));

  /** One that hangs is given up, so that what follows is refused at once until Redis answers a new connection. */
  const givingUp = async <T>(client: Redis, work: (client: Redis) => Promise<T>): Promise<T> => {
    try {
      return await work(client);
    } catch (error) {
      // Not an orderly end: that would wait for the other side's.
      if (isTimeout(error)) client.stream.destroy();
      throw error;
    }
  };
  const ask = (client: Redis): Promise<unknown> => givingUp(client, () => client.ping());

  const watch = setInterval(() => {
    for (const client of clients) if (client.status === 'ready') ask(client).catch(() => undefined);
  }, watchMs).unref();

  const { promise: late, resolve } = Promise.withResolvers<void>();
  const first = setTimeout(resolve, FIRST_MS);
  // What fails here is told by the event, and tried again.
  await Promise.race([late, Promise.all(clients.map((client) => client.connect().catch(() => late)))]);
  clearTimeout(first);

  return {
    prefix: `carrel:${createHmac('sha256', secretKey).update('redis').digest('hex').slice(0, 16)}:`,
    get isUp() {
      return isReady();
    },
    run: (work) => givingUp(commands, work),
    listen(channel, hear) {
      channels.set(channel, hear);
      if (hearing.status === 'ready') hearing.subscribe(channel).catch(() => hearing.stream.destroy());
    },
    async ping() {
      await Promise.all(clients.map(ask));
    },
    close() {
      closed = true;
      clearInterval(watch);
      for (const client of clients) client.disconnect();
    },
  };
}

const isTimeout = (error: unknown): boolean => error instanceof Error && error.message === 'Command timed out';

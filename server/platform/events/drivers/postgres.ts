import { createHmac } from 'node:crypto';
import type { Client } from 'pg';
import { newId } from '../../../lib/ids.ts';
import type { Logger } from '../../../lib/logger.ts';
import type { EventBus } from '../driver.ts';
import { createBridgedEvents, type Wire } from './bridged.ts';

type Deps = { url: string; secretKey: Buffer; logger: Logger; watchMs?: number };

/** A notification takes less than 8,000 bytes, and a UTF-16 unit at most three of them. */
const PIECE_UNITS = 2_500;
/** What waits for an answer waits no longer; then the connection is made anew. */
const ANSWER_MS = 5_000;
/** How often it is asked whether it lives: one that was cut without a word looks open for hours. */
const WATCH_MS = 10_000;
/** Pauses between tries to connect: doubled from the first to the longest, each a little different. */
const PAUSE_MS = { first: 50, longest: 5_000 };

/**
 * Events of all processes that reach one PostgreSQL, by LISTEN and NOTIFY over a connection of its own, which is made in the
 * background and made again when it is lost. Until then, and behind a pooler that does not pass notifications on: of this process.
 */
export function createPostgresEvents({ url, secretKey, logger, watchMs = WATCH_MS }: Deps): {
  events: EventBus;
  close(): Promise<void>;
} {
  // Two instances may share a database, each in a schema of its own.
  const channel = `carrel_${createHmac('sha256', secretKey).update('events').digest('hex').slice(0, 16)}`;
  const me = newId();
  let client: Client | null = null;
  let listener: (message: string) => void = () => undefined;
  /** The beginnings of messages, by who says them. */
  let begun = new Map<string, string>();
  let tries = 0;
  let closed = false;
  let again: NodeJS.Timeout | undefined;

  function hear(payload: string): void {
    const [from = '', last, text = ''] = partsOf(payload);
    const whole = (begun.get(from) ?? '') + text;
    begun.delete(from);
    if (last === '1') listener(whole);
    else begun.set(from, whole);
  }

  async function connect(): Promise<void> {
    const { default: pg } = await import('pg');
    const fresh = new pg.Client({
      connectionString: url,
      keepAlive: true,
      application_name: 'carrel events',
      connectionTimeoutMillis: ANSWER_MS,
      query_timeout: ANSWER_MS,
    });
    let told = false;
    const lost = (reason: string): void => {
      if (told) return;
      told = true;
      if (client === fresh) client = null;
      fresh.end().catch(() => undefined);
      if (closed) return;
      if (tries === 0)
        logger.warn({ reason }, 'PostgreSQL’s notifications do not reach this process; it goes on by itself');
      const pause = Math.min(PAUSE_MS.first * 2 ** Math.min(tries, 10), PAUSE_MS.longest);
      tries += 1;
      again = setTimeout(() => void connect(), pause * (0.75 + Math.random() / 2)).unref();
    };
    fresh.on('error', ({ message }) => lost(message));
    fresh.on('end', () => lost('The connection was closed.'));
    fresh.on('notification', ({ payload = '' }) => hear(payload));
    try {
      await fresh.connect();
      await fresh.query(`listen ${channel}`);
      if (tries > 0) logger.info({}, 'PostgreSQL’s notifications reach this process again');
      begun = new Map();
      [client, tries] = [fresh, 0];
      if (closed) lost('');
    } catch (error) {
      lost((error as Error).message);
    }
  }

  const watch = setInterval(() => {
    const asked = client;
    asked?.query('select 1').catch((error: Error) => asked.emit('error', error));
  }, watchMs).unref();

  const wire: Wire = {
    async say(message) {
      if (!client) throw new Error('There is no connection.');
      const pieces = piecesOf(message);
      // One after the other: a connection answers in the order in which it is asked.
      const to = client;
      await Promise.all(
        pieces.map((text, at) =>
          to.query('select pg_notify($1, $2)', [channel, `${me}:${at === pieces.length - 1 ? 1 : 0}:${text}`]),
        ),
      );
    },
    hear(next) {
      listener = next;
    },
  };
  const connecting = connect();
  return {
    events: createBridgedEvents({ wire, logger }),
    async close() {
      closed = true;
      clearInterval(watch);
      clearTimeout(again);
      await connecting;
      await client?.end().catch(() => undefined);
    },
  };
}

function partsOf(payload: string): string[] {
  const [first, second] = [payload.indexOf(':'), payload.indexOf(':', payload.indexOf(':') + 1)];
  return [payload.slice(0, first), payload.slice(first + 1, second), payload.slice(second + 1)];
}

function piecesOf(message: string): string[] {
  const pieces: string[] = [];
  for (let from = 0; from < message.length;) {
    let end = from + PIECE_UNITS;
    // The two halves of one character stay together.
    if (/[\ud800-\udbff]/.test(message[end - 1] ?? '')) end -= 1;
    pieces.push(message.slice(from, end));
    from = end;
  }
  return pieces;
}

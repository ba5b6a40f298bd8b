import type { builtInKinds } from '../../../shared/provider-kinds.ts';
import { Pool, type FormData } from 'undici';
import type { ProviderKind } from '../../../shared/api/models.ts';
import { AppError } from '../../lib/errors.ts';
import type { ForwardAnswer, ForwardCall } from './driver.ts';
import { blames, nonsense, parseErrorBody, refused, transportError, type Speaker } from './errors.ts';
import { exchange, type Answer, type Pieces } from './exchange.ts';

/** A connection to a model server, as the environment, detection or an admin describes it. */
export type ProviderSettings = {
  id: string;
  name: string;
  kind: Exclude<ProviderKind, (typeof builtInKinds)[number]>;
  /** OpenAI kinds: with `/v1`; the others: the root. */
  baseUrl: string;
  apiKey?: string | undefined;
  /** Sent with every request; they win over the ones that the driver makes. Their values are secrets. */
  headers?: Readonly<Record<string, string>> | undefined;
  /** Milliseconds, instead of the instance's own limit. */
  timeoutMs?: number | undefined;
};

/**
 * Milliseconds. `firstByteMs`: until the headers come, and until the first token does, whatever a server sends to keep the
 * connection. `idleMs`: silence between two pieces of an answer.
 */
type HttpTimeouts = { connectMs: number; firstByteMs: number; idleMs: number };

/** Connecting takes longer than this only where nothing will come any more. */
const CONNECT_MS = 10_000;

/** One limit for the wait for the first byte and for each silence between two. */
export const timeoutsOf = (timeoutMs: number): HttpTimeouts => ({
  connectMs: Math.min(CONNECT_MS, timeoutMs),
  firstByteMs: timeoutMs,
  idleMs: timeoutMs,
});

export type HttpSettings = {
  userAgent: string;
  timeouts: HttpTimeouts;
  /** Opens the sockets; a guard that pins addresses goes here. */
  connect?: Pool.Options['connect'];
};

export type ProviderStream = {
  contentType: string;
  /** Bytes as they come. Leaving them closes the connection, unless `complete` was called. */
  pieces: Pieces & AsyncIterable<Buffer>;
  /** The first token is here: from now on silence alone is limited. Cheap, and harmless to call again. */
  began(): void;
  /** The answer is whole: what is left is its end, and the connection may serve the next request. */
  complete(): void;
};

type Call = {
  signal: AbortSignal;
  /** The model that a 404 is about. */
  model?: string | undefined;
};

type JsonCall = Call & {
  /** Of the answer. */
  maxBytes?: number;
};

type StreamCall = Call & {
  /** Fields of the body that are left out, one after the other, when the server answers 400 and names them. */
  optional?: readonly string[];
};

export type ProviderHttp = {
  readonly speaker: Speaker;
  getJson(path: string, call: JsonCall): Promise<unknown>;
  postJson(path: string, body: object, call: JsonCall): Promise<unknown>;
  /** The answer as text with its content type: what comes back may be subtitles. */
  postForm(path: string, form: FormData, call: Call): Promise<{ text: string; contentType: string }>;
  /** What it answers is of no interest. */
  remove(path: string, body: object, call: Call): Promise<void>;
  openStream(path: string, body: Readonly<Record<string, unknown>>, call: StreamCall): Promise<ProviderStream>;
  forward(call: ForwardCall, signal: AbortSignal): Promise<ForwardAnswer>;
  close(): Promise<void>;
};

/** Listings of large aggregators have a few megabytes. */
const MAX_JSON_BYTES = 16 * 1024 * 1024;
const MAX_ERROR_BYTES = 64 * 1024;
const MAX_FORWARD_BYTES = 32 * 1024 * 1024;
/** How long a finished answer may take to end its response before its connection is given up. */
const DRAIN_MS = 1_000;

type Method = 'GET' | 'POST' | 'DELETE';
type Payload = { body: string | Buffer | FormData; contentType?: string; headers?: Readonly<Record<string, string>> };

const asJson = (body: object): Payload => ({ body: JSON.stringify(body), contentType: 'application/json' });

const lowerCased = (headers: Readonly<Record<string, string>> = {}): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));

/** HTTP to one model server over a connection pool of its own. Every error is an AppError or the signal's reason. */
export function createProviderHttp(
  endpoint: { settings: ProviderSettings; prefix: string; headers: Record<string, string> },
  { userAgent, connect, ...common }: HttpSettings,
): ProviderHttp {
  const { settings } = endpoint;
  const timeouts = settings.timeoutMs ? timeoutsOf(settings.timeoutMs) : common.timeouts;
  const url = new URL(settings.baseUrl);
  const password = decodeURIComponent(url.password);
  const speaker: Speaker = {
    name: settings.name,
    secrets: [settings.apiKey, password, ...Object.values(settings.headers ?? {})].filter(
      (secret): secret is string => !!secret,
    ),
  };
  // One connection a request, so that closing it tells the server to stop.
  const pool = new Pool(url.origin, {
    allowH2: false,
    connectTimeout: timeouts.connectMs,
    headersTimeout: timeouts.firstByteMs,
    bodyTimeout: timeouts.idleMs,
    ...(connect && { connect }),
  });
  const basic = `${decodeURIComponent(url.username)}:${password}`;
  const headers = {
    'user-agent': userAgent,
    ...(url.username && { authorization: `Basic ${Buffer.from(basic).toString('base64')}` }),
    ...endpoint.headers,
    ...lowerCased(settings.headers),
  };

  /** What the server answers, whatever its status. Throws the reason of a signal that has fired already. */
  function ask(method: Method, path: string, payload: Payload | null, signal: AbortSignal): Promise<Answer> {
    signal.throwIfAborted();
    const request = {
      method,
      path: `${endpoint.prefix}${path}`,
      headers: payload
        ? { ...payload.headers, ...headers, ...(payload.contentType && { 'content-type': payload.contentType }) }
        : headers,
      body: payload?.body ?? null,
    };
    const explain = (error: unknown, midway: boolean): unknown => transportError(speaker, error, { midway });
    return exchange(pool, request, { signal, explain, drainMs: DRAIN_MS });
  }

  async function send(method: Method, path: string, payload: Payload | null, call: Call): Promise<Answer> {
    const response = await ask(method, path, payload, call.signal);
    if (response.status >= 200 && response.status < 300) return response;
    const { bytes } = await response.whole(MAX_ERROR_BYTES);
    throw refused(speaker, {
      status: response.status,
      body: parseErrorBody(bytes.toString('utf8')),
      retryAfter: response.headers['retry-after'],
      model: call.model,
    });
  }

  /** Some models and servers refuse fields that others take. What is optional is not worth an error. */
  async function sendTolerantly(
    path: string,
    body: Readonly<Record<string, unknown>>,
    call: Call,
    optional: readonly string[],
  ) {
    let rest = body;
    for (;;) {
      try {
        return await send('POST', path, asJson(rest), call);
      } catch (error) {
        const refusedField = optional.find((field) => rest[field] !== undefined && blames(error, field));
        if (!refusedField) throw error;
        rest = Object.fromEntries(Object.entries(rest).filter(([field]) => field !== refusedField));
      }
    }
  }

  async function json(method: Method, path: string, body: object | undefined, call: JsonCall): Promise<unknown> {
    const response = await send(method, path, body ? asJson(body) : null, call);
    const { bytes, whole } = await response.whole(call.maxBytes ?? MAX_JSON_BYTES);
    if (!whole) throw nonsense(speaker, 'Its answer is too large.');
    try {
      return JSON.parse(bytes.toString('utf8'));
    } catch (cause) {
      throw nonsense(speaker, 'Its answer is not JSON.', cause);
    }
  }

  const tooLate = (): AppError =>
    new AppError('PROVIDER_TIMEOUT', { message: `${speaker.name} took too long to begin its answer.` });

  return {
    speaker,
    getJson: (path, call) => json('GET', path, undefined, call),
    postJson: (path, body, call) => json('POST', path, body, call),

    async postForm(path, form, call) {
      const response = await send('POST', path, { body: form }, call);
      const { bytes, whole } = await response.whole(MAX_JSON_BYTES);
      if (!whole) throw nonsense(speaker, 'Its answer is too large.');
      return { text: bytes.toString('utf8'), contentType: String(response.headers['content-type'] ?? 'text/plain') };
    },

    async remove(path, body, call) {
      const response = await send('DELETE', path, asJson(body), call);
      response.drain();
    },

    async openStream(path, body, { optional = [], ...call }) {
      const startedAt = performance.now();
      const answer = await sendTolerantly(path, body, call, optional);
      const contentType = String(answer.headers['content-type'] ?? '');
      if (contentType.startsWith('text/html')) {
        answer.destroy();
        throw nonsense(speaker, 'It answered with a web page. Check the address of the provider.');
      }
      const left = Math.max(timeouts.firstByteMs - (performance.now() - startedAt), 1);
      const patience = setTimeout(() => answer.destroy(tooLate()), left).unref();
      answer.onEnd(() => clearTimeout(patience));
      return {
        contentType,
        pieces: answer,
        began: () => clearTimeout(patience),
        complete: () => {
          answer.complete = true;
        },
      };
    },

    async forward({ path, body, contentType = 'application/json', headers: more }, signal) {
      const answer = await ask('POST', path, { body, contentType, ...(more && { headers: more }) }, signal);
      return {
        status: answer.status,
        headers: answer.headers,
        body: answer,
        async bytes(maxBytes = MAX_FORWARD_BYTES) {
          const { bytes, whole } = await answer.whole(maxBytes);
          if (!whole) throw nonsense(speaker, 'Its answer is too large.');
          return bytes;
        },
      };
    },

    close: () => pool.destroy(),
  };
}

import { Pool, type Dispatcher } from 'undici';
import type { ProviderKind } from '../../../shared/api/models.ts';
import { blames, nonsense, parseErrorBody, refused, transportError, type Speaker } from './errors.ts';

/** A connection to a model server, as the environment, detection or an admin describes it. */
export type ProviderSettings = {
  id: string;
  name: string;
  kind: Exclude<ProviderKind, 'librarian'>;
  /** OpenAI kinds: with `/v1`; the others: the root. */
  baseUrl: string;
  apiKey?: string | undefined;
};

/** Milliseconds. `firstByteMs`: until the headers come. `idleMs`: silence between two pieces of an answer. */
type HttpTimeouts = { connectMs: number; firstByteMs: number; idleMs: number };

export type HttpSettings = {
  userAgent: string;
  timeouts: HttpTimeouts;
  /** Opens the sockets; a guard that pins addresses goes here. */
  connect?: Pool.Options['connect'];
};

export type ProviderStream = {
  contentType: string;
  /** Bytes as they come. Leaving the iteration closes the connection, unless `complete` was called. */
  chunks: AsyncIterable<Uint8Array>;
  /** The answer is whole: what is left is its end, and the connection may serve the next request. */
  complete(): void;
};

type Call = {
  signal: AbortSignal;
  /** The model that a 404 is about. */
  model?: string;
};

type StreamCall = Call & {
  /** Fields of the body that are left out, one after the other, when the server answers 400 and names them. */
  optional?: readonly string[];
};

export type ProviderHttp = {
  readonly speaker: Speaker;
  getJson(path: string, call: Call): Promise<unknown>;
  postJson(path: string, body: object, call: Call): Promise<unknown>;
  openStream(path: string, body: Readonly<Record<string, unknown>>, call: StreamCall): Promise<ProviderStream>;
  close(): Promise<void>;
};

/** Listings of large aggregators have a few megabytes. */
const MAX_JSON_BYTES = 16 * 1024 * 1024;
const MAX_ERROR_BYTES = 64 * 1024;
/** How long a finished answer may take to end its response before its connection is given up. */
const DRAIN_MS = 1_000;

type ResponseData = Dispatcher.ResponseData;

async function readBody(body: ResponseData['body'], limit: number): Promise<{ text: string; whole: boolean }> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of body as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > limit) return { text: Buffer.concat(parts).toString('utf8'), whole: false };
    parts.push(part);
  }
  return { text: Buffer.concat(parts).toString('utf8'), whole: true };
}

/** Reads on in the background, so that the connection can be used again. */
function drain(body: ResponseData['body']): void {
  const giveUp = setTimeout(() => body.destroy(), DRAIN_MS).unref();
  body.once('close', () => clearTimeout(giveUp));
  body.resume();
}

/** HTTP to one model server over a connection pool of its own. Every error is an AppError or the signal's reason. */
export function createProviderHttp(
  endpoint: { settings: ProviderSettings; prefix: string; headers: Record<string, string> },
  { userAgent, timeouts, connect }: HttpSettings,
): ProviderHttp {
  const { settings } = endpoint;
  const url = new URL(settings.baseUrl);
  const password = decodeURIComponent(url.password);
  const speaker: Speaker = {
    name: settings.name,
    secrets: [settings.apiKey, password].filter((secret): secret is string => !!secret),
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
  };

  const failure = (signal: AbortSignal, error: unknown): unknown =>
    signal.aborted ? signal.reason : transportError(speaker, error);
  const broken = (signal: AbortSignal, error: unknown): unknown =>
    signal.aborted ? signal.reason : transportError(speaker, error, { midway: true });

  async function send(
    method: 'GET' | 'POST',
    path: string,
    body: object | undefined,
    call: Call,
  ): Promise<ResponseData> {
    call.signal.throwIfAborted();
    let response: ResponseData;
    try {
      response = await pool.request({
        method,
        path: `${endpoint.prefix}${path}`,
        headers: body ? { ...headers, 'content-type': 'application/json' } : headers,
        body: body ? JSON.stringify(body) : null,
        signal: call.signal,
      });
    } catch (error) {
      throw failure(call.signal, error);
    }
    // Destroying a body emits an error even where nobody reads any more; readers see theirs by reading.
    response.body.on('error', () => undefined);
    if (response.statusCode >= 200 && response.statusCode < 300) return response;
    const { text } = await readBody(response.body, MAX_ERROR_BYTES).catch((error: unknown) => {
      throw broken(call.signal, error);
    });
    throw refused(speaker, {
      status: response.statusCode,
      body: parseErrorBody(text),
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
        return await send('POST', path, rest, call);
      } catch (error) {
        const refusedField = optional.find((field) => rest[field] !== undefined && blames(error, field));
        if (!refusedField) throw error;
        rest = Object.fromEntries(Object.entries(rest).filter(([field]) => field !== refusedField));
      }
    }
  }

  async function json(method: 'GET' | 'POST', path: string, body: object | undefined, call: Call): Promise<unknown> {
    const response = await send(method, path, body, call);
    const { text, whole } = await readBody(response.body, MAX_JSON_BYTES).catch((error: unknown) => {
      throw broken(call.signal, error);
    });
    if (!whole) throw nonsense(speaker, 'Its answer is too large.');
    try {
      return JSON.parse(text);
    } catch (cause) {
      throw nonsense(speaker, 'Its answer is not JSON.', cause);
    }
  }

  async function* read(body: ResponseData['body'], signal: AbortSignal, state: { complete: boolean }) {
    try {
      const chunks = body.iterator({ destroyOnReturn: false }) as AsyncIterable<Uint8Array>;
      for await (const chunk of chunks) {
        signal.throwIfAborted();
        yield chunk;
      }
    } catch (error) {
      throw broken(signal, error);
    } finally {
      if (state.complete) drain(body);
      else body.destroy();
    }
  }

  return {
    speaker,
    getJson: (path, call) => json('GET', path, undefined, call),
    postJson: (path, body, call) => json('POST', path, body, call),

    async openStream(path, body, { optional = [], ...call }) {
      const response = await sendTolerantly(path, body, call, optional);
      const state = { complete: false };
      const type = response.headers['content-type'];
      const contentType = typeof type === 'string' ? type : '';
      if (contentType.startsWith('text/html')) {
        response.body.destroy();
        throw nonsense(speaker, 'It answered with a web page. Check the address of the provider.');
      }
      return {
        contentType,
        chunks: read(response.body, call.signal, state),
        complete: () => {
          state.complete = true;
        },
      };
    },

    close: () => pool.destroy(),
  };
}

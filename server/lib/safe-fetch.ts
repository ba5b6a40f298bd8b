import { isIP } from 'node:net';
import { Agent, buildConnector, fetch, Headers, type Response } from 'undici';
import { seconds } from './clock.ts';
import { AppError } from './errors.ts';
import type { OutboundGuard } from './outbound-guard.ts';

export type SafeFetchOptions = {
  guard: OutboundGuard;
  /** Of the body as it is after decompression. */
  maxBytes?: number;
  /** For everything together: names, connections, redirects, the whole body. */
  timeoutMs?: number;
  method?: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  headers?: Readonly<Record<string, string>>;
  body?: string | Uint8Array;
  maxRedirects?: number;
  signal?: AbortSignal;
};

export type SafeResponse = {
  /** Where the last redirect led. */
  url: URL;
  status: number;
  headers: Headers;
  body: Buffer;
};

/** Never sent on to another origin. */
const credentials = ['authorization', 'cookie', 'proxy-authorization', 'x-api-key'];
const redirects: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/**
 * Fetches an address that somebody else chose. The guard is asked at each hop and again for each socket, which is opened
 * to the very address that was checked. Redirects follow the Fetch standard; credentials stay with their origin.
 *
 * Errors: URL_BLOCKED (refused by the guard, or too many redirects), PAYLOAD_TOO_LARGE, PROVIDER_TIMEOUT,
 * PROVIDER_UNREACHABLE; the signal's reason when the caller gave up. An answer of any status is not an error.
 */
export async function safeFetch(address: string | URL, options: SafeFetchOptions): Promise<SafeResponse> {
  const { guard, maxBytes = 20 * 1024 * 1024, timeoutMs = seconds(15), maxRedirects = 5, signal } = options;
  const dispatcher = new Agent({ connect: guardedConnector(guard, { timeout: timeoutMs }), maxResponseSize: -1 });
  const timeout = AbortSignal.timeout(timeoutMs);
  const stop = signal ? AbortSignal.any([signal, timeout]) : timeout;
  let { method = 'GET', body } = options;
  const headers = new Headers(options.headers);

  try {
    let url = await withSignal(guard.checkUrl(address), stop);
    for (let hop = 0; ; hop += 1) {
      const response = await fetch(url, {
        dispatcher,
        method,
        headers,
        redirect: 'manual',
        signal: stop,
        ...(body !== undefined && { body }),
      });
      const target = redirects.has(response.status) ? response.headers.get('location') : null;
      if (target === null)
        return { url, status: response.status, headers: response.headers, body: await readBody(response, maxBytes) };

      await response.body?.cancel();
      if (hop === maxRedirects) throw new AppError('URL_BLOCKED', { message: 'This address redirects too often.' });
      const next = await withSignal(guard.checkUrl(URL.parse(target, url.href) ?? target), stop);
      if (next.origin !== url.origin) for (const name of credentials) headers.delete(name);
      const becomesGet = response.status === 303 ? method !== 'HEAD' : response.status < 303 && method === 'POST';
      if (becomesGet) {
        method = 'GET';
        body = undefined;
        for (const name of [
          'content-type',
          'content-length',
          'content-encoding',
          'content-language',
          'content-location',
        ])
          headers.delete(name);
      }
      url = next;
    }
  } catch (error) {
    signal?.throwIfAborted();
    throw explained(error, timeout);
  } finally {
    await dispatcher.destroy();
  }
}

/**
 * A connector for undici's pools (`new Agent({ connect: guardedConnector(guard) })`) whose sockets go only where the
 * guard lets them: the name is resolved and judged once, and the socket is opened to that address and no other, so a
 * name server that changes its answer in between gains nothing. Addresses are tried in order until one answers.
 */
export function guardedConnector(
  guard: OutboundGuard,
  options: buildConnector.BuildOptions = {},
): buildConnector.connector {
  const connect = buildConnector(options);

  return (target, callback) => {
    const name = target.hostname.replace(/\.$/, '');
    // TLS asks for the name and checks the certificate against it; otherwise the address is all that is needed.
    const { servername, ...rest } = target;
    const tls = target.protocol === 'https:' && !isIP(name) ? { servername: servername || name } : {};
    const attempt = ([address, ...others]: string[]): void => {
      if (address === undefined) return callback(new Error(`No address for ${name}`), null);
      connect({ ...rest, hostname: address, ...tls }, (error, socket) => {
        if (error && others.length > 0) attempt(others);
        else if (error) callback(error, null);
        else callback(null, socket as Parameters<typeof callback>[1] & object);
      });
    };

    const port = Number(target.port) || (target.protocol === 'https:' ? 443 : 80);
    guard
      .resolve(name, port)
      .then(attempt, (error: unknown) => callback(error instanceof Error ? error : new Error(String(error)), null));
  };
}

async function readBody(response: Response, maxBytes: number): Promise<Buffer> {
  const tooLarge = (): AppError =>
    new AppError('PAYLOAD_TOO_LARGE', { message: `That address answered with more than ${maxBytes} bytes.` });
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    size += chunk.byteLength;
    // Leaving the loop cancels the stream and with it the connection.
    if (size > maxBytes) throw tooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** A resolver can't be interrupted; what it finds after the end of our patience is dropped. */
async function withSignal<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  const { promise, reject } = Promise.withResolvers<never>();
  const onAbort = (): void => reject(signal.reason as Error);
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([work, promise]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

/** What undici throws wraps its reason, sometimes twice. */
function explained(error: unknown, timeout: AbortSignal): AppError {
  for (let cause: unknown = error; cause instanceof Error; cause = cause.cause) {
    if (cause instanceof AppError) return cause;
  }
  if (timeout.aborted)
    return new AppError('PROVIDER_TIMEOUT', { message: 'That address took too long to answer.', cause: error });
  return new AppError('PROVIDER_UNREACHABLE', { message: 'That address could not be reached.', cause: error });
}
